import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import supertest from 'supertest';
import { serverFixture } from '../support/serverFixture.js';
import { failedStart, startServer } from '../support/serverProcess.js';
import { temporaryFolder } from '../support/temporaryFolder.js';

describe('A start', () => {
  const servers = serverFixture();

  it('checks all settings before anything else, and reports each error in one line without its value', async () => {
    const folder = await temporaryFolder();
    await writeFile(join(folder, '.env'), 'DATABSE_URL=postgresql://ada:unspoken@127.0.0.1/audit\n');
    const settings = { PORT: '70000', CORS_ORIGINS: '*', DATABASE_URL: 'mysql://ada:unspoken@127.0.0.1/audit' };
    const { exitCode, output } = await failedStart({ folder, settings });
    expect(exitCode, output).to.equal(1);
    const [title, ...lines] = output.trimEnd().split('\n');
    expect(title).to.equal('Invalid settings:');
    expect(lines.map((line) => line.split(':')[0])).to.have.members(['DATABSE_URL', ...Object.keys(settings)]);
    expect(lines).to.include('PORT: must be a whole number from 0 to 65535');
    expect(output).not.to.contain('unspoken');
  });

  it('reads .env in the working directory, and prefers the environment', async () => {
    const folder = await temporaryFolder();
    const lines = ['# Mine', 'APP_NAME="Audit of Ada"', 'LOG_LEVEL=loud', `DATABASE_URL=${servers.database.url}`];
    await writeFile(join(folder, '.env'), [...lines, 'SECRET_KEY=', 'POSTGRES_PASSWORD=for-compose'].join('\n'));
    const server = await startServer({ folder, settings: { LOG_LEVEL: 'info' } });
    const { body } = (await supertest(server.url).get('/config')) as { body: object };
    expect(body).to.include({ app_name: 'Audit of Ada', log_level: 'info', env: 'development' });
  });

  it('warns of a name in the environment that is almost that of a setting', async () => {
    const server = await servers.start({ SIGNUP_MOD: 'verified' });
    const warnings = server.lines().filter(({ level }) => level === 'warning');
    expect(warnings.map(({ msg }) => msg)).to.include(
      'SIGNUP_MOD in the environment is not a setting; did you mean SIGNUP_MODE?',
    );
  });
});
