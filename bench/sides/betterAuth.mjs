/**
 * better-auth on its node handler. Its session is read from PostgreSQL at each request (with one joined query), or from
 * its signed cookie with COOKIE_CACHE=on. PASSWORD_HASH=bcrypt gives it the same hash as the others; otherwise it uses
 * its own, scrypt. SESSION_UPDATE_AGE is the age, in seconds, at which a session that is asked for is prolonged. Its
 * rate limit is off. WHAT=migrate only makes its tables.
 */
import { once } from 'node:events';
import { createServer } from 'node:http';
import bcrypt from '@node-rs/bcrypt';
import { betterAuth } from 'better-auth';
import { getMigrations } from 'better-auth/db/migration';
import { toNodeHandler } from 'better-auth/node';
import pg from 'pg';
import { runWorkers } from './workers.mjs';

const { env } = process;
const cost = Number(env.BCRYPT_COST);

export const auth = betterAuth({
  database: new pg.Pool({ connectionString: env.DATABASE_URL, max: Number(env.DATABASE_POOL_MAX) }),
  secret: env.SECRET_KEY,
  baseURL: `http://127.0.0.1:${env.PORT}`,
  emailAndPassword: {
    enabled: true,
    ...(env.PASSWORD_HASH === 'bcrypt' && {
      password: {
        hash: (password) => bcrypt.hash(password, cost),
        verify: ({ hash, password }) => bcrypt.verify(password, hash),
      },
    }),
  },
  session: {
    updateAge: Number(env.SESSION_UPDATE_AGE ?? 86_400),
    cookieCache: { enabled: env.COOKIE_CACHE === 'on', maxAge: 3600 },
  },
  rateLimit: { enabled: false },
  telemetry: { enabled: false },
  logger: { level: 'warn' },
  experimental: { joins: true },
});

if (env.WHAT === 'migrate') {
  const { runMigrations } = await getMigrations(auth.options);
  await runMigrations();
  process.exit();
}
const server = createServer(toNodeHandler(auth));
await runWorkers((port) => once(server.listen(port, '127.0.0.1'), 'listening'));
