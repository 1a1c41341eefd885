import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import supertest from 'supertest';
import { serverFixture } from '../support/serverFixture.js';
import { failedStart, productionSettings, startServer } from '../support/serverProcess.js';
import { temporaryFolder } from '../support/temporaryFolder.js';

/** The lines about wrong settings, each `NAME: what is wrong`, of a start that ends with 1 before it listens. */
async function faults(settings: Record<string, string>, envFile?: string): Promise<string[]> {
  const folder = await temporaryFolder();
  if (envFile !== undefined) await writeFile(join(folder, '.env'), envFile);
  const { exitCode, output } = await failedStart({ folder, settings });
  expect(exitCode, output).to.equal(1);
  const [title, ...lines] = output.trimEnd().split('\n');
  expect(title).to.equal('Invalid settings:');
  return lines;
}

describe('The settings', () => {
  const servers = serverFixture();

  it('are all checked before anything is started, and each fault has one line', async () => {
    const lines = await faults({
      PORT: '70000',
      LOG_LEVEL: 'loud',
      CORS_ORIGINS: '*',
      TRUST_PROXY: 'true',
      DATABASE_URL: 'mysql://ada:unspoken@127.0.0.1/audit',
      BCRYPT_COST: '99',
    });
    const names = ['PORT', 'LOG_LEVEL', 'CORS_ORIGINS', 'TRUST_PROXY', 'DATABASE_URL', 'BCRYPT_COST'];
    expect(lines.map((line) => line.split(':')[0])).to.have.members(names);
    expect(lines).to.include('PORT: must be a whole number from 0 to 65535');
    expect(lines.join()).not.to.contain('unspoken');
  });

  it('that production needs must be set', async () => {
    const required = ['DATABASE_URL', 'SECRET_KEY', 'SMTP_URL', 'MAIL_FROM', 'FRONTEND_URL'];
    expect(await faults({ ENV: 'production' })).to.deep.equal(
      required.map((name) => `${name}: must be set in production`),
    );
  });

  it('must not have a default secret or a short one in production, and do not repeat it', async () => {
    const settings = productionSettings(servers.database.url);
    expect(await faults({ ...settings, SECRET_KEY: 'change-me' })).to.deep.equal([
      'SECRET_KEY: must not be "change-me" in production',
    ]);
    const [line, ...others] = await faults({ ...settings, SECRET_KEY: 'unspoken' });
    expect(line)
      .to.match(/^SECRET_KEY: must have 32 bytes or more in production/)
      .and.not.to.contain('unspoken');
    expect(others).to.have.length(0);
  });

  it('must name both files of a certificate or none', async () => {
    expect(await faults({ TLS_CERT_FILE: 'certificate.pem' })).to.deep.equal([
      'TLS_CERT_FILE and TLS_KEY_FILE: set both or neither',
    ]);
  });

  it('come from .env in the working directory too, and those of the process win', async () => {
    const folder = await temporaryFolder();
    const lines = ['# Mine', 'APP_NAME="Audit of Ada"', 'LOG_LEVEL=loud', `DATABASE_URL=${servers.database.url}`];
    await writeFile(join(folder, '.env'), [...lines, 'SECRET_KEY=', 'POSTGRES_PASSWORD=for-compose'].join('\n'));
    const server = await startServer({ folder, settings: { LOG_LEVEL: 'info' } });
    const { body } = (await supertest(server.url).get('/config')) as { body: object };
    expect(body).to.include({ app_name: 'Audit of Ada', log_level: 'info', env: 'development' });
  });

  it('in .env must have names that exist', async () => {
    const lines = await faults({}, 'DATABSE_URL=postgresql://ada:unspoken@127.0.0.1/audit\n');
    expect(lines).to.have.length(1);
    expect(lines[0])
      .to.match(/^DATABSE_URL: unknown setting in .env/)
      .and.not.to.contain('unspoken');
  });

  it('are wrong when .env cannot be read', async () => {
    const folder = await temporaryFolder();
    await mkdir(join(folder, '.env'));
    const { exitCode, output } = await failedStart({ folder });
    expect(exitCode).to.equal(1);
    expect(output).to.match(/^Invalid settings:\n\.env: cannot be read \(EISDIR.*\)\n$/);
  });
});
