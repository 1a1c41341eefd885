import { expect } from 'chai';
import { parametersOf, readDescription } from '../src/api/openapi/description.js';
import { InvalidTokenError, RateLimitedError } from '../src/errors.js';
import { catalogue, explainedCodes, promisedRoots } from './support/contract.js';

describe('ErrorCode', () => {
  it('is explained by a table with a row for each code', () => {
    expect(explainedCodes()).to.deep.equal(catalogue());
    expect(new Set(catalogue()).size).to.equal(catalogue().length);
  });
});

const rootsOfParameters = { query: 'query', path: 'path', header: 'headers', cookie: 'cookies' } as const;

describe('FieldError', () => {
  it('promises the roots of its paths: those of what operations take, and of what readiness needs', async () => {
    const description = await readDescription();
    const ofParameters = parametersOf(description).map((parameter) => rootsOfParameters[parameter.in]);
    const roots = [...new Set(['body', ...ofParameters, 'database'])];
    expect(promisedRoots()).to.have.members(roots);
  });
});

describe('RateLimitedError', () => {
  it('says how many seconds to wait, in the singular and the plural', () => {
    const one = new RateLimitedError(1);
    expect(one.message).to.equal('Too many requests. Try again in 1 second.');
    expect(one.headers).to.deep.equal({ 'Retry-After': '1' });
    expect(new RateLimitedError(2).message).to.equal('Too many requests. Try again in 2 seconds.');
  });
});

describe('InvalidTokenError', () => {
  it('says to refresh first where the session may still be active', () => {
    for (const code of ['token_expired', 'token_signature_invalid'] as const) {
      expect(new InvalidTokenError(code).message).to.match(/Refresh it, and log in again only if that fails\.$/);
    }
  });
});
