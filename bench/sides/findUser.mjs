import pg from 'pg';

const pool = new pg.Pool({ connectionString: process.env.DATABASE_URL, max: 10 });
const text = `
  SELECT id, email, first_name, last_name, role, is_active, email_verified_at, created_at, updated_at
  FROM users WHERE id = $1`;

/** The user as the API presents one, by one named statement (pg prepares it once a connection); undefined for an unknown id. */
export async function findUser(id) {
  const { rows } = await pool.query({ name: 'find-user', text, values: [id] });
  return rows[0];
}
