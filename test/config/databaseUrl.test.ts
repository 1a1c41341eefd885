import { inspect } from 'node:util';
import { expect } from 'chai';
import { describeDatabase, parseDatabaseUrl } from '../../src/config/databaseUrl.js';

const url = (rest: string): string => `postgresql://app:pw@${rest}`;

describe('parseDatabaseUrl', () => {
  it('decodes user, password and database', () => {
    expect(parseDatabaseUrl('postgresql://ad%40a:p%25%2Fss%20%C3%A4,:w@db.example.com:5433/my%40db%2Fx')).to.deep.equal(
      {
        ...{ user: 'ad@a', password: 'p%/ss ä,:w', database: 'my@db/x' },
        ...{ hosts: [{ host: 'db.example.com', port: 5433 }], options: {} },
      },
    );
  });

  it('leaves out what is missing, and has the defaults of libpq for host and port', () => {
    const nothing = { user: undefined, password: undefined, options: {} };
    expect(parseDatabaseUrl('postgres://db/audit')).to.deep.equal({
      ...{ ...nothing, database: 'audit', hosts: [{ host: 'db', port: 5432 }] },
    });
    expect(parseDatabaseUrl('postgresql:///')).to.deep.equal({
      ...{ ...nothing, database: undefined, hosts: [{ host: 'localhost', port: 5432 }] },
    });
  });

  const oneHost: [text: string, host: string, port: number, shown: string][] = [
    [url('%2Frun%2Fpostgresql:5433/app'), '/run/postgresql', 5433, '/run/postgresql:5433/app'],
    [url('%2Frun%2Fpostgresql/app'), '/run/postgresql', 5432, '/run/postgresql:5432/app'],
    [url('/app?host=/run/postgresql&port=5433'), '/run/postgresql', 5433, '/run/postgresql:5433/app'],
    ['postgresql:///app?host=/run/postgresql', '/run/postgresql', 5432, '/run/postgresql:5432/app'],
    [url('[::1]/app'), '::1', 5432, '[::1]:5432/app'],
    [url('[2001:db8::7]:5433/app'), '2001:db8::7', 5433, '[2001:db8::7]:5433/app'],
  ];
  for (const [text, host, port, shown] of oneHost) {
    it(`finds the socket or the IPv6 address in ${text}`, () => {
      const parsed = parseDatabaseUrl(text);
      expect(parsed.hosts).to.deep.equal([{ host, port }]);
      expect(parsed.database).to.equal('app');
      expect(describeDatabase(parsed)).to.equal(shown);
    });
  }

  it('splits several hosts, in the authority or in the query', () => {
    const parsed = parseDatabaseUrl(url('a:5433,b,[::1]:5434/app?target_session_attrs=read-write'));
    const hosts = [
      { host: 'a', port: 5433 },
      { host: 'b', port: 5432 },
      { host: '::1', port: 5434 },
    ];
    expect(parsed).to.deep.equal({ user: 'app', password: 'pw', database: 'app', options: {}, hosts });
    expect(describeDatabase(parsed)).to.equal('a:5433,b:5432,[::1]:5434/app');
    const [a, b] = [
      { host: 'a', port: 5433 },
      { host: 'b', port: 5433 },
    ];
    expect(parseDatabaseUrl('postgresql:///app?host=a,b&port=5433').hosts).to.deep.equal([a, b]);
    expect(parseDatabaseUrl('postgresql:///app?host=a,b&port=5433,1').hosts).to.deep.equal([a, { host: 'b', port: 1 }]);
  });

  it('passes on TLS and what belongs to the session', () => {
    const optionsOf = (query: string): object => parseDatabaseUrl(url(`db/app?${query}`)).options;
    // An object without exceptions: the certificate is verified.
    for (const mode of ['prefer', 'require', 'verify-ca', 'verify-full']) {
      expect(optionsOf(`sslmode=${mode}`)).to.deep.equal({ ssl: {} });
    }
    expect(optionsOf('sslmode=no-verify')).to.deep.equal({ ssl: { rejectUnauthorized: false } });
    expect(optionsOf('uselibpqcompat=true&sslmode=require')).to.deep.equal({ ssl: { rejectUnauthorized: false } });
    expect(optionsOf('sslmode=disable')).to.deep.equal({ ssl: false });
    expect(optionsOf('sslmode=require&sslrootcert=package.json')).to.have.nested.property('ssl.ca');
    expect(optionsOf('options=-c%20a%3Db&application_name=audit&channel_binding=require')).to.deep.equal({
      ...{ options: '-c a=b', application_name: 'audit' },
    });
  });

  it('does not warn of sslmode=require, whose meaning is fixed', async () => {
    const warnings: string[] = [];
    const listen = (warning: Error): void => void warnings.push(warning.message);
    process.on('warning', listen);
    parseDatabaseUrl(url('db/app?sslmode=require'));
    await new Promise(setImmediate);
    process.off('warning', listen);
    expect(warnings).to.deep.equal([]);
  });

  const refused: [text: string, reason: RegExp][] = [
    ['postgresql://app:sesame@et/Pa55@db:5432/app', /^has more than one @; percent-encode .*@ is %40$/],
    ['postgresql://app:ses@me@db/app', /^has more than one @; /],
    ['postgresql://ada@example.com:sesame@db/app', /^has more than one @; /],
    ['postgresql://app:et/sesame@db/app', /^has a raw \/, # or \?; percent-encode /],
    ['postgresql://app:et?sesame@db/app', /^has a raw \/, # or \?; /],
    ['postgresql://app:et#sesame@db/app', /^has a raw \/, # or \?; /],
    ['postgresql://app:sesame%@db/app', /^has a % that is not followed by the code of a character; /],
    ['postgresql://app:ses ame@db/app', /^has a space or a control character; a space is %20$/],
    ['postgresql://app:sesame/app', /^is not a URL; /],
    ['postgresql://app:sesame@db:99999/app', /^is not a URL; /],
    ['postgresql://app:sesame@a,,b/app', /^has an empty host; it must look like /],
    ['postgresql://app:sesame@db/app?port=sesame', /^has a port that is not from 1 to 65535$/],
    ['postgresql://app:sesame@db/app?host=a,b,c&port=1,2', /^has another number of ports than of hosts$/],
    ['postgresql://app:sesame@db/app?sslrootcert=/none.pem', /^cannot be used \(ENOENT: .*'\/none\.pem'\)$/],
    ['postgresql://app:sesame@a,b/app?target_session_attrs=standby', /^has a target_session_attrs without writes; /],
    ['postgresql://app:sesame@db/app?sslmod=require', /^has an unknown parameter after the \?; those known are ssl, /],
    ['postgresql://app:sesame@db/app?SSLMODE=verify-full', /^has an unknown parameter /],
    ['postgresql://app:1?sesame', /^has an unknown parameter /],
    ['postgresql://app:1/sesame%40db:5432/app', /^has a raw \/, # or \?; /],
    ['postgresql://app:sesame%00@db/app', /^has a space or a control character; /],
    ['postgresql://app:sesame@/app?host=a,,b', /^has a host that cannot exist$/],
    ['postgresql://app:sesame@/app?host=[::1]', /^has a host that cannot exist$/],
    ['mysql://app:sesame@db/app', /^must look like postgresql:/],
    ['postgresql:sesame@', /^must look like postgresql:/],
  ];
  for (const [text, reason] of refused) {
    it(`rejects ${text} with the remedy, and shows no part of the password`, () => {
      let error: unknown;
      try {
        parseDatabaseUrl(text);
      } catch (thrown) {
        error = thrown;
      }
      expect(error).to.be.an.instanceOf(TypeError);
      expect((error as TypeError).message).to.match(reason);
      expect(inspect(error).replace(/\n {4}at .*/g, '')).not.to.match(/sesame|ses@|ses |Pa55/);
    });
  }
});
