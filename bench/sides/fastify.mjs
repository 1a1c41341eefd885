/**
 * The same work on fastify, as its friends would write it for speed: @fastify/jwt, schemas for what goes out (so that
 * fast-json-stringify writes it) and no log. VERIFY_CACHE=on has fast-jwt remember the tokens that it has verified.
 */
import fastify from 'fastify';
import jwt from '@fastify/jwt';
import { Accounts } from './accounts.mjs';
import { runWorkers } from './workers.mjs';

const accounts = new Accounts();
const app = fastify({ logger: false });
await app.register(jwt, {
  secret: process.env.SECRET_KEY,
  sign: { algorithm: 'HS256', expiresIn: '30m' },
  verify: { algorithms: ['HS256'], cache: process.env.VERIFY_CACHE === 'on' ? 10_000 : false },
});

const text = { type: 'string' };
const time = { type: 'string', format: 'date-time' };
const user = {
  type: 'object',
  properties: {
    id: text,
    email: text,
    first_name: text,
    last_name: text,
    role: text,
    is_active: { type: 'boolean' },
    email_verified_at: { ...time, nullable: true },
    created_at: time,
    updated_at: time,
  },
};
const session = {
  type: 'object',
  properties: { access_token: text, refresh_token: text, session_id: text, user },
};
const credentials = (...required) => ({
  type: 'object',
  required,
  properties: Object.fromEntries(required.map((name) => [name, text])),
});

function signedIn(reply, found) {
  if (!found) return reply.code(401).send({ access_token: '' });
  const { sessionId, user: person } = found;
  const token = app.jwt.sign({ sub: person.id, sid: sessionId });
  return { access_token: token, refresh_token: sessionId, session_id: sessionId, user: person };
}

app.get('/api/v1/users/me', { schema: { response: { 200: user } } }, async (request) => {
  await request.jwtVerify();
  return accounts.find(request.user.sub);
});
app.post(
  '/auth/signup',
  {
    schema: {
      body: credentials('email', 'password', 'first_name', 'last_name'),
      response: { 201: { type: 'object', properties: { user } } },
    },
  },
  async (request, reply) => reply.code(201).send({ user: await accounts.signUp(request.body) }),
);
app.post(
  '/auth/login',
  { schema: { body: credentials('email', 'password'), response: { 200: session } } },
  async (request, reply) => signedIn(reply, await accounts.signIn(request.body)),
);
app.post(
  '/auth/refresh',
  { schema: { body: credentials('refresh_token'), response: { 200: session } } },
  async (request, reply) => signedIn(reply, await accounts.refresh(request.body)),
);

await runWorkers((port) => app.listen({ port, host: '127.0.0.1' }));
