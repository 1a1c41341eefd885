import { randomUUID } from 'node:crypto';
import { RefreshToken } from '../dist/core/refreshToken.js';
import { accessToken } from './accessToken.mjs';
import { query } from './database.mjs';

const insertPeople = `
  INSERT INTO users (id, email, password_hash, first_name, last_name)
  SELECT id, email, 'none', 'Some', 'Body' FROM unnest($1::uuid[], $2::text[]) AS person (id, email)`;
const insertSessions = `
  INSERT INTO sessions (id, user_id, generation, refresh_hash, refresh_seed, ip, user_agent, last_used_at, expires_at, ends_at)
  SELECT id, user_id, 0, hash, seed, '127.0.0.1', 'bench', now(), now() + interval '14 days', now() + interval '90 days'
  FROM unnest($1::uuid[], $2::uuid[], $3::bytea[], $4::bytea[]) AS session (id, user_id, hash, seed)`;

/**
 * Makes people who are signed in, straight in the database of a server that has been started.
 * @param {{ url: string, secret: string, count: number }} options
 * @returns {Promise<{ userId: string, email: string, sessionId: string, accessToken: string, refreshToken: string }[]>}
 */
export async function signedInPeople({ url, secret, count }) {
  const people = Array.from({ length: count }, () => {
    const [userId, sessionId] = [randomUUID(), randomUUID()];
    const { token, state } = RefreshToken.first(sessionId);
    const person = { userId, sessionId, email: `${userId}@example.com` };
    return { ...person, state, accessToken: accessToken(secret, person), refreshToken: token.toString() };
  });
  const column = (valueOf) => people.map(valueOf);
  const [users, sessions] = [column(({ userId }) => userId), column(({ sessionId }) => sessionId)];
  await query(url, insertPeople, [users, column(({ email }) => email)]);
  const [hashes, seeds] = [column(({ state }) => state.refreshHash), column(({ state }) => state.refreshSeed)];
  await query(url, insertSessions, [sessions, users, hashes, seeds]);
  return people;
}
