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
const columns = 'u.id, email, first_name, last_name, role, is_active, email_verified_at, u.created_at, updated_at';
const text = `SELECT ${columns} FROM users u WHERE u.id = $1`;
const readSession = `SELECT s.refresh_hash, s.generation, ${columns} FROM sessions s JOIN users u ON u.id = s.user_id WHERE s.id = $1`;
const moveSession = 'UPDATE sessions SET generation = generation + 1, last_used_at = now() WHERE id = $1';

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

/** What a refresh cannot do without: the session and its person, the session's next state, and a signed token. */
async function refresh(req, res) {
  const { refresh_token: id } = JSON.parse(Buffer.concat(await req.toArray()).toString());
  const { rows } = await pool.query({ name: 'session', text: readSession, values: [id] });
  await pool.query({ name: 'move', text: moveSession, values: [id] });
  const [{ refresh_hash: hash, generation, ...user }] = rows;
  const encode = (value) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const input = `${encode({ alg: 'HS256', typ: 'JWT' })}.${encode({ sub: user.id, sid: id, exp: Date.now() / 1000 + 1800 })}`;
  const token = `${input}.${createHmac('sha256', key).update(input).digest('base64url')}`;
  const body = JSON.stringify({ access_token: token, refresh_token: id, generation, bytes: hash.length, user });
  res.writeHead(200, { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(body) });
  res.end(body);
}

const server = createServer((req, res) => {
  (req.method === 'POST' ? refresh(req, res) : answer(req, res)).catch((error) => {
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
