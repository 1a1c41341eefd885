import type { ServerResponse } from 'node:http';
import { expect } from 'chai';
import { sendTogether } from '../../src/api/sendTogether.js';

interface FakeResponse {
  sent?: string;
  destroyedBy?: unknown;
}

function response(fake: FakeResponse, fails = false): ServerResponse {
  return {
    end(body: string) {
      if (fails) throw new Error('cannot be sent');
      fake.sent = body;
    },
    destroy: (error: unknown) => (fake.destroyedBy = error),
  } as unknown as ServerResponse;
}

const turn = async (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('sendTogether', () => {
  it('sends each answer with its own body, at the end of the turn', async () => {
    const fakes: FakeResponse[] = [{}, {}, {}];
    for (const [index, fake] of fakes.entries()) sendTogether(response(fake), `body ${index}`);
    expect(fakes).to.deep.equal([{}, {}, {}]);
    await turn();
    expect(fakes.map(({ sent }) => sent)).to.deep.equal(['body 0', 'body 1', 'body 2']);
  });

  it('sends the others where one cannot be sent', async () => {
    const [bad, good]: [FakeResponse, FakeResponse] = [{}, {}];
    sendTogether(response(bad, true), 'a');
    sendTogether(response(good), 'b');
    await turn();
    expect(good.sent).to.equal('b');
    expect(bad.destroyedBy).to.be.an('error').with.property('message', 'cannot be sent');
  });
});
