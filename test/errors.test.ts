import { expect } from 'chai';
import { InvalidTokenError, RateLimitedError } from '../src/errors.js';
import { catalogue, explainedCodes } from './support/contract.js';

describe('ErrorCode', () => {
  it('is explained by a table with a row for each code', () => {
    expect(explainedCodes()).to.deep.equal(catalogue());
    expect(new Set(catalogue()).size).to.equal(catalogue().length);
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
