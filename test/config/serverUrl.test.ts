import { expect } from 'chai';
import { parseServerUrl } from '../../src/config/serverUrl.js';

describe('parseServerUrl', () => {
  it('decodes user, password and path, and leaves out what is missing', () => {
    const url = 'rediss://ad%40a:p%25%2Fss%20%C3%A4@cache.example.com:6380/2?one=1%25&two';
    const { query, ...parts } = parseServerUrl(url);
    expect([...query]).to.deep.equal([
      ['one', '1%'],
      ['two', ''],
    ]);
    expect(parts).to.deep.equal({
      ...{ scheme: 'rediss', host: 'cache.example.com', port: 6380 },
      ...{ user: 'ad@a', password: 'p%/ss ä', path: '2' },
    });
    expect(parseServerUrl('smtp://mail')).to.deep.include({
      ...{ scheme: 'smtp', host: 'mail', port: undefined },
      ...{ user: undefined, password: undefined, path: '' },
    });
  });

  it('accepts a user name that is an email address', () => {
    expect(parseServerUrl('smtp://ada@example.com:pass@mail')).to.include({ user: 'ada@example.com', host: 'mail' });
  });

  it('returns an IPv6 address without brackets', () => {
    expect(parseServerUrl('redis://[::1]:6379')).to.include({ host: '::1', port: 6379 });
    expect(parseServerUrl('redis://[2001:db8::7]')).to.include({ host: '2001:db8::7' });
  });

  for (const password of ['100%', 'a%zb', 'a%e4b', '12/ab', '12#ab', '12?ab']) {
    it(`rejects the raw password ${password} without showing it`, () => {
      const parse = () => parseServerUrl(`smtp://ada:${password}@mail.example.com`);
      expect(parse).to.throw(TypeError, /percent-encode special characters: % is %25/);
      expect(parse).not.to.throw(password);
    });
  }
});
