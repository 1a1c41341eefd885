/**
 * The least that Node.js must do for the same GET: node:http, HS256 by node:crypto and one query by primary key. Only the
 * token's signature and expiry are checked.
 */
import { createHmac, createSecretKey, timingSafeEqual } from 'node:crypto';
import { createServer } from 'node:http';
import { findUser } from './findUser.mjs';

const { PORT, SECRET_KEY } = process.env;
const key = createSecretKey(Buffer.from(SECRET_KEY, 'utf8'));

function subjectOf(authorization = '') {
  const token = authorization.slice('Bearer '.length);
  const end = token.lastIndexOf('.');
  const expected = createHmac('sha256', key).update(token.slice(0, end)).digest();
  const actual = Buffer.from(token.slice(end + 1), 'base64url');
  if (actual.length !== expected.length || !timingSafeEqual(actual, expected)) return undefined;
  const { sub, exp } = JSON.parse(Buffer.from(token.slice(token.indexOf('.') + 1, end), 'base64url').toString());
  return exp * 1000 > Date.now() ? sub : undefined;
}

async function answer(req, res) {
  if (req.url === '/health/ready') return res.end();
  const id = subjectOf(req.headers.authorization);
  const user = id && (await findUser(id));
  const body = JSON.stringify(user ?? null);
  const headers = { 'Content-Type': 'application/json; charset=utf-8', 'Content-Length': Buffer.byteLength(body) };
  res.writeHead(user ? 200 : 401, headers).end(body);
}

createServer((req, res) => {
  answer(req, res).catch(() => res.writeHead(500).end());
}).listen(Number(PORT), '127.0.0.1');
