import { expect } from 'chai';
import { operationsOf, readDescription } from '../../src/api/openapi/description.js';
import { catalogue, describedOperations, documentedCodes, documentedStatuses } from '../support/contract.js';

interface ErrorExample {
  value: { code: string; status_code: number };
}

interface DescribedError {
  description: string;
  'x-error-codes'?: string[];
  content?: Record<string, { examples: Record<string, ErrorExample> }>;
}

const published = await readDescription();
const { info } = published as unknown as { info: { description: string } };
const operations = operationsOf(published) as unknown as {
  path: string;
  operation: {
    operationId: string;
    description: string;
    'x-required-role'?: string;
    'x-rate-limit'?: { limit: number; window_seconds: number };
  };
}[];

const ids = [...describedOperations().keys()];
const errors = ids.flatMap((id) =>
  documentedStatuses(id)
    .filter((status) => !/^[23]/.test(status))
    .map((status) => {
      const { responses } = describedOperations().get(id)!.operation;
      return { place: `${id} ${status}`, id, status, response: responses[status] as unknown as DescribedError };
    }),
);

/** Codes of requests that reach no operation. */
const outside = ['method_not_allowed', 'request_timeout', 'headers_too_large'];

const times: Readonly<Record<number, string>> = { 60: 'a minute', 300: 'in 5 minutes' };

function inWords({ limit, window_seconds: seconds }: { limit: number; window_seconds: number }): string {
  return `${limit} requests ${times[seconds]}`;
}

describe('the published texts', () => {
  it('name the codes of every error response, which are those of its examples', () => {
    expect(errors).to.have.length.above(150);
    for (const { place, id, status, response } of errors) {
      const codes = documentedCodes(id, status);
      expect(codes, place).to.have.length.above(0);
      expect(response['x-error-codes'], place).to.deep.equal(codes);
      const list = codes.map((code) => `\`${code}\``).join(', ');
      expect(response.description, place).to.satisfy((text: string) => text.endsWith(`. Codes: ${list}.`));
    }
  });

  it('have for each code an example with this code and the status of the response', () => {
    for (const { place, status, response } of errors) {
      for (const [name, { value }] of Object.entries(response.content!['application/json']!.examples)) {
        expect(value.code, place).to.equal(name);
        expect(value.status_code, place).to.equal(status === 'default' ? 500 : Number(status));
      }
    }
  });

  it('name every code, either for an operation or as one that every request can get', () => {
    const listed = new Set(errors.flatMap(({ id, status }) => documentedCodes(id, status)));
    expect([...listed, ...outside].sort()).to.deep.equal(catalogue().sort());
    for (const code of outside) expect(info.description).to.contain(`\`${code}\``);
  });

  it('say which role an operation requires', () => {
    for (const { operation } of operations) {
      const { 'x-required-role': role, description, operationId } = operation;
      const said = /Requires the role `(\w+)`\./.exec(description)?.[1];
      expect(said, operationId).to.equal(role);
    }
  });

  it('say which limit an operation has, and that an exempt path has none', () => {
    for (const { path, operation } of operations) {
      const { 'x-rate-limit': limit, description, operationId } = operation;
      const said = /Limit: (.*) for each client address, in addition to the limit for all operations\./.exec(
        description,
      );
      expect(said?.[1], operationId).to.equal(limit && inWords(limit));
      const isExempt = published.paths[path]!['x-exempt-from-rate-limit'] === true;
      expect(description.includes('There is no limit for this operation.'), operationId).to.equal(isExempt);
    }
  });

  it('say which limit all operations have together', () => {
    expect(info.description).to.match(/\*\*Rate limits\.\*\*/);
    expect(info.description.replace(/\s+/g, ' ')).to.contain(
      `All operations together have a limit of ${inWords(published['x-rate-limit']!)}`,
    );
  });
});
