import { accessToken } from './accessToken.mjs';
import { query } from './database.mjs';

const fillUsers = `
  INSERT INTO users (id, email, password_hash, first_name, last_name)
  SELECT md5('user ' || n)::uuid, 'person' || n || '@example.com', '$2b$12$' || repeat('x', 53), 'Some', 'Body'
  FROM generate_series(1, $1::int) n`;
const fillSessions = `
  INSERT INTO sessions (id, user_id, generation, refresh_hash, refresh_seed, ip, user_agent, last_used_at, expires_at, ends_at)
  SELECT md5('session ' || n)::uuid, md5('user ' || n)::uuid, 0, sha256(n::text::bytea), sha256(n::text::bytea), '127.0.0.1',
    'bench', now(), now() + interval '14 days', now() + interval '90 days'
  FROM generate_series(1, $1::int) n`;
const sample = `
  SELECT md5('user ' || n)::uuid AS "userId", md5('session ' || n)::uuid AS "sessionId", 'person' || n || '@example.com' AS email
  FROM (SELECT n FROM generate_series(1, $1::int) n ORDER BY random() LIMIT $2) AS drawn`;

/**
 * Fills the database of a server that has been started with people, each in one session.
 * @param {{ url: string, secret: string, count: number, sampleSize: number }} options
 * @returns {Promise<string[]>} access tokens of some of them, drawn by lot, each once
 */
export async function fillWithPeople({ url, secret, count, sampleSize }) {
  await query(url, fillUsers, [count]);
  await query(url, fillSessions, [count]);
  for (const table of ['users', 'sessions']) await query(url, `VACUUM ANALYZE ${table}`);
  const drawn = await query(url, sample, [count, sampleSize]);
  return drawn.map((person) => accessToken(secret, person));
}
