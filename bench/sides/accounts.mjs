import { randomBytes, randomUUID } from 'node:crypto';
import bcrypt from '@node-rs/bcrypt';
import pg from 'pg';

const columns = 'u.id, email, first_name, last_name, role, is_active, email_verified_at, u.created_at, updated_at';
const statements = {
  byId: `SELECT ${columns} FROM users u WHERE u.id = $1`,
  byEmail: `SELECT password_hash, ${columns} FROM users u WHERE u.email = $1`,
  insertUser: `INSERT INTO users AS u (id, email, password_hash, first_name, last_name) VALUES ($1, $2, $3, $4, $5) RETURNING ${columns}`,
  insertSession: `INSERT INTO sessions (id, user_id, generation, refresh_hash, refresh_seed, ip, user_agent, last_used_at, expires_at, ends_at)
    VALUES ($1, $2, 0, $3, $4, '127.0.0.1', '', now(), now() + interval '14 days', now() + interval '90 days')`,
  session: `SELECT s.refresh_hash, s.generation, ${columns} FROM sessions s JOIN users u ON u.id = s.user_id WHERE s.id = $1`,
  moveSession: 'UPDATE sessions SET generation = generation + 1, last_used_at = now() WHERE id = $1',
};

/** Of a row, what is sent of a person. */
function sent({ id, email, first_name, last_name, role, is_active, email_verified_at, created_at, updated_at }) {
  return { id, email, first_name, last_name, role, is_active, email_verified_at, created_at, updated_at };
}

/**
 * The least that a server must do about accounts, for those that this server is compared with: its tables, one prepared
 * statement for each step, and the fastest bcrypt in libuv's threads.
 */
export class Accounts {
  #cost = Number(process.env.BCRYPT_COST);
  #pool = new pg.Pool({ connectionString: process.env.DATABASE_URL, max: Number(process.env.DATABASE_POOL_MAX) });

  /** @returns {Promise<object | undefined>} the record as it is sent */
  async find(id) {
    return (await this.#query('byId', [id]))[0];
  }

  async signUp({ email, password, first_name: firstName, last_name: lastName }) {
    const hash = await bcrypt.hash(password, this.#cost);
    return (await this.#query('insertUser', [randomUUID(), email, hash, firstName, lastName]))[0];
  }

  /** @returns {Promise<{ sessionId: string, user: object } | undefined>} undefined for a wrong password */
  async signIn({ email, password }) {
    const [row] = await this.#query('byEmail', [email]);
    if (!row || !(await bcrypt.verify(password, row.password_hash))) return undefined;
    const sessionId = randomUUID();
    await this.#query('insertSession', [sessionId, row.id, randomBytes(32), randomBytes(32)]);
    return { sessionId, user: sent(row) };
  }

  /** What a refresh cannot do without: the session with its person is read, and moves on. */
  async refresh({ refresh_token: sessionId }) {
    const [row] = await this.#query('session', [sessionId]);
    if (!row) return undefined;
    await this.#query('moveSession', [sessionId]);
    return { sessionId, user: sent(row) };
  }

  async #query(name, values) {
    const { rows } = await this.#pool.query({ name, text: statements[name], values });
    return rows;
  }
}
