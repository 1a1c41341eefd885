/**
 * The limit that the server is compared with: the least that anything in Node.js must do for the same work. An
 * authenticated GET of the caller's own record verifies HS256 with node:crypto and asks one query by primary key. No
 * framework, no validation, no headers of its own, only the signature and the expiry of the token checked.
 */
import { createHmac, createSecretKey, timingSafeEqual } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { Accounts } from './accounts.mjs';
import { runWorkers } from './workers.mjs';

const key = createSecretKey(Buffer.from(process.env.SECRET_KEY, 'utf8'));
const header = encode({ alg: 'HS256', typ: 'JWT' });
const accounts = new Accounts();

function encode(value) {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}

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

function tokenFor({ sessionId, user }) {
  const input = `${header}.${encode({ sub: user.id, sid: sessionId, exp: Math.floor(Date.now() / 1000) + 1800 })}`;
  return `${input}.${createHmac('sha256', key).update(input).digest('base64url')}`;
}

async function bodyOf(req) {
  return JSON.parse(Buffer.concat(await req.toArray()).toString());
}

function write(res, status, value) {
  const body = JSON.stringify(value);
  res.writeHead(status, {
    'Content-Type': 'application/json; charset=utf-8',
    'Content-Length': Buffer.byteLength(body),
  });
  res.end(body);
}

function writeSession(res, session) {
  if (!session) return write(res, 401, null);
  const { sessionId, user } = session;
  write(res, 200, { access_token: tokenFor(session), refresh_token: sessionId, session_id: sessionId, user });
}

const operations = {
  async 'GET /api/v1/users/me'(req, res) {
    const id = subjectOf(req.headers.authorization);
    const user = id && (await accounts.find(id));
    write(res, user ? 200 : 401, user ?? null);
  },
  async 'POST /auth/signup'(req, res) {
    write(res, 201, { user: await accounts.signUp(await bodyOf(req)) });
  },
  async 'POST /auth/login'(req, res) {
    writeSession(res, await accounts.signIn(await bodyOf(req)));
  },
  async 'POST /auth/refresh'(req, res) {
    writeSession(res, await accounts.refresh(await bodyOf(req)));
  },
};

const server = createServer((req, res) => {
  operations[`${req.method} ${req.url}`](req, res).catch((error) => {
    console.error(error);
    res.writeHead(500).end();
  });
});

await runWorkers((port) => once(server.listen(port, '127.0.0.1'), 'listening'));
