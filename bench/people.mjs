import { createHmac, randomBytes } from 'node:crypto';
import { query } from './database.mjs';

const insertUsers = `
  INSERT INTO users (id, email, password_hash, first_name, last_name)
  SELECT md5('user ' || n)::uuid, 'person' || n || '@example.com', '$2b$12$' || repeat('x', 53), 'Some', 'Body'
  FROM generate_series(1, $1::int) n`;
const insertSessions = `
  INSERT INTO sessions (id, user_id, generation, refresh_hash, refresh_seed, ip, user_agent, last_used_at, expires_at, ends_at)
  SELECT md5('session ' || n)::uuid, md5('user ' || n)::uuid, 0, sha256(n::text::bytea), sha256(n::text::bytea), '127.0.0.1',
    'bench', now(), now() + interval '14 days', now() + interval '90 days'
  FROM generate_series(1, $1::int) n`;
const sample = `
  SELECT md5('user ' || n)::uuid AS sub, md5('session ' || n)::uuid AS sid, 'person' || n || '@example.com' AS email
  FROM (SELECT n FROM generate_series(1, $1::int) n ORDER BY random() LIMIT $2) AS drawn`;

/** Fills the database of a started API with users, each in one session. @returns {Promise<string[]>} tokens of a sample */
export async function fillWithUsers({ url, count, sampleSize, issue }) {
  await query(url, insertUsers, [count]);
  await query(url, insertSessions, [count]);
  for (const table of ['users', 'sessions']) await query(url, `VACUUM ANALYZE ${table}`);
  return (await query(url, sample, [count, sampleSize])).map(issue);
}

/** Signs up through the API, concurrently. @returns {Promise<{ email: string, password: string }[]>} */
export function signUp(api, count) {
  const signUpOne = async () => {
    const password = randomBytes(18).toString('base64url');
    const login = { email: `${randomBytes(8).toString('hex')}@example.com`, password };
    await post(`${api.url}/auth/signup`, { ...login, first_name: 'Some', last_name: 'Body' });
    return login;
  };
  return Promise.all(Array.from({ length: count }, signUpOne));
}

/** Signs in. @returns {Promise<object>} the body, checked to be for the right user */
export async function signIn(api, login) {
  const session = await post(`${api.url}/auth/login`, login);
  if (session.user.email !== login.email) throw new Error(`Signed in as someone else: ${JSON.stringify(session.user)}`);
  return session;
}

export function tokenIssuer(genuine, secret) {
  const [header, payload] = genuine.split('.');
  const claims = JSON.parse(Buffer.from(payload, 'base64url').toString());
  return (own) => {
    const all = JSON.stringify({ ...claims, ...own, exp: claims.iat + 86_400 });
    const input = `${header}.${Buffer.from(all).toString('base64url')}`;
    return `${input}.${createHmac('sha256', secret).update(input).digest('base64url')}`;
  };
}

async function post(url, body) {
  const headers = { 'content-type': 'application/json' };
  const answer = await fetch(url, { method: 'POST', headers, body: JSON.stringify(body) });
  if (!answer.ok) throw new Error(`${url}: ${answer.status} ${await answer.text()}`);
  return answer.json();
}
