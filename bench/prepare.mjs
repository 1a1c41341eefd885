import { randomBytes } from 'node:crypto';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SMTPServer } from 'smtp-server';
import { openPostgres } from './database.mjs';
import { fillWithUsers, signIn, signUp, tokenIssuer } from './people.mjs';
import { Servers } from './servers.mjs';

const accounts = 20;
const users = 1000;

/**
 * Starts PostgreSQL, a mail server, and this API with some accounts and 1,000 users.
 * @param {string} [databaseUrl] of a PostgreSQL to use
 * @param {(() => Promise<unknown>)[]} closers gets functions to call at the end, in reverse order
 */
export async function prepare(databaseUrl, closers) {
  const folder = await mkdtemp(join(tmpdir(), 'smart-audit-api-bench-'));
  closers.push(() => rm(folder, { recursive: true, force: true }));
  // Started by root, PostgreSQL runs as another user, who must be able to enter.
  await chmod(folder, 0o711);
  const createDatabase = await openPostgres(folder, databaseUrl, closers);
  const url = await createDatabase();
  const settings = {
    DATABASE_URL: url,
    SECRET_KEY: randomBytes(48).toString('base64url'),
    // Requests are counted as in production, but none is rejected.
    RATE_LIMIT_FACTOR: '1000000',
    SMTP_URL: await startMailServer(closers),
    MAIL_FROM: 'bench@localhost',
    FRONTEND_URL: 'http://localhost:3000',
  };
  const servers = new Servers(folder, settings, closers);
  const api = await servers.startApi();
  const logins = await signUp(api, accounts);
  const { access_token: genuine } = await signIn(api, logins[0]);
  const issue = tokenIssuer(genuine, settings.SECRET_KEY);
  const tokens = await fillWithUsers({ url, count: users, sampleSize: users, issue });
  return { folder, createDatabase, servers, api, logins, tokens, issue };
}

async function startMailServer(closers) {
  const server = new SMTPServer({
    disabledCommands: ['AUTH', 'STARTTLS'],
    onData: (stream, _session, done) => stream.resume().on('end', done),
  });
  await new Promise((done) => server.listen(0, '127.0.0.1', done));
  closers.push(() => new Promise((done) => server.close(done)));
  return `smtp://127.0.0.1:${server.server.address().port}`;
}
