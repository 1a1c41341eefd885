import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import { parseSmtpUrl } from '../../src/config/smtpUrl.js';
import { removeTemporaryFolders, temporaryFolder } from '../support/temporaryFolder.js';

describe('parseSmtpUrl', () => {
  after(removeTemporaryFolders);

  it('knows the usual ports, and requires STARTTLS where there is a password', () => {
    expect(parseSmtpUrl('smtp://mail')).to.include({ port: 587, secure: false, requireTLS: false });
    expect(parseSmtpUrl('smtps://mail')).to.include({ port: 465, secure: true, requireTLS: false });
    expect(parseSmtpUrl('smtp://mail?secure=true')).to.include({ port: 465, secure: true });
    const withPassword = parseSmtpUrl('smtp://ada:p%25ss@mail:25');
    expect(withPassword).to.include({ host: 'mail', port: 25, requireTLS: true });
    expect(withPassword.auth).to.deep.equal({ user: 'ada', pass: 'p%ss' });
  });

  it('reads the options by the names of Nodemailer', () => {
    const options = 'requireTLS=false&ignoreTLS=true&opportunisticTLS=true&name=api.example.com';
    expect(parseSmtpUrl(`smtp://mail?${options}`)).to.include({
      ...{ requireTLS: false, ignoreTLS: true, opportunisticTLS: true, name: 'api.example.com' },
    });
    const tls =
      'tls.rejectUnauthorized=false&tls.servername=mail.example.com&tls.minVersion=TLSv1.2&tls.maxVersion=TLSv1.3';
    expect(parseSmtpUrl(`smtps://mail?${tls}&tls.ciphers=HIGH`).tls).to.deep.equal({
      ...{ rejectUnauthorized: false, servername: 'mail.example.com' },
      ...{ minVersion: 'TLSv1.2', maxVersion: 'TLSv1.3', ciphers: 'HIGH' },
    });
  });

  for (const [options, rule] of [
    [
      'tls.rejectUnauthorised=false',
      /^has the unknown option tls\.rejectUnauthorised; the options are secure, requireTLS/,
    ],
    ['pool=true', /^has the unknown option pool; .*tls\.rejectUnauthorized/],
    ['__proto__=x', /^has the unknown option __proto__/],
    ['tls.rejectUnauthorized=0', /tls\.rejectUnauthorized, which must be true or false$/],
    ['requireTLS', /requireTLS, which must be true or false$/],
    ['tls.servername=', /tls\.servername, which must not be empty$/],
    ['name=a&name=b', /^has the option name twice$/],
    ['tls.minVersion=TLSv9', /^has TLS options that cannot be used \(.*TLSv9/],
    ['tls.ciphers=none', /^has TLS options that cannot be used/],
    ['tls.ca=nowhere.pem', /tls\.ca, which must be a PEM file of certificates \(ENOENT/],
    ['tls.ca=-----BEGIN%20CERTIFICATE-----', /tls\.ca, which must be a PEM file of certificates/],
  ] as const) {
    it(`rejects ${options}`, () => {
      expect(() => parseSmtpUrl(`smtp://mail?${options}`)).to.throw(TypeError, rule);
    });
  }

  it('rejects a file without certificates', async () => {
    const file = join(await temporaryFolder(), 'empty.pem');
    await writeFile(file, 'nothing\n');
    const parse = () => parseSmtpUrl(`smtp://mail?tls.ca=${encodeURIComponent(file)}`);
    expect(parse).to.throw(TypeError, /must be a PEM file of certificates/);
  });

  it('rejects secure=false with smtps://', () => {
    expect(() => parseSmtpUrl('smtps://mail?secure=false')).to.throw(TypeError, /^has secure=false, but smtps:/);
  });

  it('rejects options that would send a password unencrypted', () => {
    for (const option of ['requireTLS=false', 'ignoreTLS=true', 'opportunisticTLS=true']) {
      const parse = () => parseSmtpUrl(`smtp://ada:sesame@mail?${option}`);
      expect(parse, option).to.throw(TypeError, /^would send its password unencrypted/);
      expect(parseSmtpUrl(`smtps://ada:sesame@mail?${option}`), option).to.include({ secure: true });
      expect(parseSmtpUrl(`smtp://mail?${option}`), option).to.include({ secure: false });
    }
  });
});
