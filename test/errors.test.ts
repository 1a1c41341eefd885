import { expect } from 'chai';
import { RateLimitedError } from '../src/errors.js';

describe('RateLimitedError', () => {
  it('says how many seconds to wait, in the singular and the plural', () => {
    const one = new RateLimitedError(1);
    expect(one.message).to.equal('Too many requests. Try again in 1 second.');
    expect(one.headers).to.deep.equal({ 'Retry-After': '1' });
    expect(new RateLimitedError(2).message).to.equal('Too many requests. Try again in 2 seconds.');
  });
});
