import { expect } from 'chai';
import type { Principal } from '../../src/domain/principal.js';
import type { Call, Handlers, Reply } from '../../src/api/openapi/operation.js';

/** What the compiler refuses: each line below an expectation would fail the type check if it were allowed. */
describe('the type of the handlers', () => {
  const complete = {} as Handlers;

  it('asks for a handler of every operation', () => {
    const incomplete: Omit<Handlers, 'logIn'> = complete;
    // @ts-expect-error logIn is missing
    const all: Handlers = incomplete;
    expect(all).to.equal(complete);
  });

  it('asks for the status and the body that the description declares', () => {
    // @ts-expect-error signing up answers with 201
    const wrongStatus: Reply<'signUp'> = { status: 200, body: {} as never };
    // @ts-expect-error the index has links
    const wrongBody: Reply<'getServiceIndex'> = { status: 200, body: { name: 'x', version: '1' } };
    expect([wrongStatus.status, wrongBody.status]).to.deep.equal([200, 200]);
  });

  it('names the media types among which a client chooses', () => {
    const call = { mediaType: 'text/html' } as Call<'getServiceIndex'>;
    const declared: 'text/html' | 'application/json' = call.mediaType;
    // @ts-expect-error the index is no PNG
    const other: 'image/png' = call.mediaType;
    expect([declared, other]).to.deep.equal(['text/html', 'text/html']);
  });

  it('knows a caller on secured operations only', () => {
    const publicCall = {} as Call<'logIn'>;
    // @ts-expect-error nobody has signed in yet
    const somebody: Principal = publicCall.principal;
    const securedCall = { principal: { user: {} } } as Call<'getCurrentUser'>;
    expect(somebody).to.equal(undefined);
    expect(securedCall.principal.user).to.deep.equal({});
  });
});
