/**
 * The limit that the server is compared with: the least that anything in Node.js must do for an authenticated GET of the
 * caller's own record that is read from PostgreSQL for every request. No framework, no validation, no headers of its own,
 * only the signature and the expiry of the token checked, and one query by primary key, prepared once per connection.
 */
import { createHmac, createSecretKey, timingSafeEqual } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import pg from 'pg';
import { obey } from './obey.mjs';

const key = createSecretKey(Buffer.from(process.env.SECRET_KEY, 'utf8'));
const pool = new pg.Pool({ connectionString: process.env.DATABASE_URL, max: Number(process.env.DATABASE_POOL_MAX) });
const text = 'SELECT id, email, first_name, last_name, is_active, created_at, updated_at FROM users WHERE id = $1';

/** The subject of a valid token; undefined otherwise. */
function subjectOf(authorization = '') {
  const token = authorization.slice('Bearer '.length);
  const end = token.lastIndexOf('.');
  const expected = createHmac('sha256', key).update(token.slice(0, end)).digest();
  const actual = Buffer.from(token.slice(end + 1), 'base64url');
  if (actual.length !== expected.length || !timingSafeEqual(actual, expected)) return undefined;
  const { sub, exp } = JSON.parse(Buffer.from(token.slice(token.indexOf('.') + 1, end), 'base64url').toString());
  return exp * 1000 > Date.now() ? sub : undefined;
}

async function readUser(id) {
  const { rows } = await pool.query({ name: 'user by id', text, values: [id] });
  return rows[0];
}

async function answer(req, res) {
  const id = subjectOf(req.headers.authorization);
  const user = id && (await readUser(id));
  const body = JSON.stringify(user ?? null);
  res.writeHead(user ? 200 : 401, {
    'Content-Type': 'application/json; charset=utf-8',
    'Content-Length': Buffer.byteLength(body),
  });
  res.end(body);
}

const server = createServer((req, res) => {
  answer(req, res).catch((error) => {
    console.error(error);
    res.writeHead(500).end();
  });
});

obey({
  /** @returns {Promise<string>} its URL */
  async listen() {
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return `http://127.0.0.1:${server.address().port}`;
  },
  /** Its own count of its processor time, in microseconds. */
  processorTime() {
    const { user, system } = process.cpuUsage();
    return user + system;
  },
});
