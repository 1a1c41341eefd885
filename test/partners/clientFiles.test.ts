import { readFile } from 'node:fs/promises';
import { expect } from 'chai';

interface Described {
  security: object[];
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: Record<string, object> };
}
interface Operation {
  operationId: string;
  summary: string;
  description: string;
  deprecated?: boolean;
  'x-sunset'?: string;
  parameters?: object[];
  requestBody?: object;
  responses: Record<string, object>;
}

/** Not typed: a script. */
const place = new URL('../../scripts/clientFiles.mjs', import.meta.url).href;
const { clientFiles } = (await import(place)) as {
  clientFiles: (description: object, notice: string) => Promise<Record<string, string>>;
};

describe("The generator of the client's files", () => {
  let description: Described;
  beforeEach(async () => {
    const file = new URL('../../generated/openapi.json', import.meta.url);
    description = JSON.parse(await readFile(file, 'utf8')) as Described;
  });

  async function methods(): Promise<string> {
    return (await clientFiles(description, 'Generated.'))['client/src/generated/operations.ts']!;
  }

  const updateUser = (): Operation => description.paths['/api/v1/users/{user_id}']!['patch']!;

  it('refuses two arguments of one name', async () => {
    updateUser().parameters = [{ name: 'role', in: 'query', schema: { type: 'string' } }];
    const error = await methods().catch((reason: unknown) => reason);
    expect(error).to.have.property(
      'message',
      'updateUser has two arguments named role. Rename one in the description.',
    );
  });

  it('refuses an operation with the name of another part of the client', async () => {
    updateUser().operationId = 'auth';
    expect(await methods().catch((reason: unknown) => reason)).to.be.instanceOf(Error);
  });

  it('marks what is deprecated, with the day on which it ends', async () => {
    const parameter = {
      name: 'Old-Way',
      in: 'header',
      description: 'Old.',
      deprecated: true,
      schema: { type: 'string' },
    };
    Object.assign(updateUser(), { deprecated: true, 'x-sunset': '2027-06-30', parameters: [parameter] });
    const code = await methods();
    expect(code).to.match(/@deprecated Will be removed on 2027-06-30\.\n {3}\*\/\n {2}readonly updateUser:/);
    expect(code).to.match(/\* Old\.\n {3}\*\n {3}\* @deprecated\n {3}\*\/\n {2}old_way\?: string \| undefined;/);
    expect(code).to.match(/updateUser: \{.* headers: \{"old_way":"Old-Way"\}/);
  });

  it('does not let a description end its comment', async () => {
    updateUser().description = 'Ends */ here.';
    expect(await methods()).to.contain('* Ends *\\/ here.');
  });

  it('asks for JSON where there is a choice, and sends queries of operations with a body as such', async () => {
    const index = description.paths['/']!['get']!;
    Object.assign(index.responses['200']!, {
      content: { 'text/html': { schema: { type: 'string' } }, 'application/json': { schema: { type: 'object' } } },
    });
    updateUser().parameters = [{ name: 'dry_run', in: 'query', schema: { type: 'boolean' } }];
    const code = await methods();
    expect(code).to.contain('getServiceIndex: { method: "GET", path: "/", accept: "application/json" }');
    expect(code).to.match(/updateUser: \{.* query: \["dry_run"\]/);
  });
});
