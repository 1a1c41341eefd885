import { createHmac, randomUUID } from 'node:crypto';
import { query } from '../database.mjs';

/** How better-auth is asked for what comes nearest. */
export class BetterAuthProtocol {
  #base;
  #headers;

  /** @param {string} base the URL of the server */
  constructor(base) {
    this.#base = `${base}/api/auth`;
    // It takes no POST that does not say which page it comes from.
    this.#headers = { 'content-type': 'application/json', origin: base };
  }

  /** @param {{ headersList: object[] }} people the headers of those who ask for their own record */
  get({ headersList }) {
    return { url: `${this.#base}/get-session`, headersList };
  }

  signIn({ email, password }) {
    return { ...this.#post('/sign-in/email', { email, password }), status: 200 };
  }

  /** @param email may have `*`, which becomes another text in each request */
  signUp({ email, password }) {
    return { ...this.#post('/sign-up/email', { email, password, name: 'Some Body' }), status: 200 };
  }

  /** The e-mail address in the answer to `get`. */
  emailIn(answer) {
    return answer?.user.email;
  }

  /** What the cookie cache goes on with: the same people, with what the server sets when it is asked for their sessions. */
  async withCachedSessions({ people, headersList }) {
    const cached = headersList.map(async ({ cookie }) => {
      const answer = await fetch(`${this.#base}/get-session`, { headers: { cookie } });
      const [data] = answer.headers.getSetCookie().filter((text) => text.startsWith('better-auth.session_data='));
      if (!data) throw new Error('better-auth has set no cookie with the session.');
      return { cookie: `${cookie}; ${data.split(';')[0]}` };
    });
    return { people, headersList: await Promise.all(cached) };
  }

  #post(path, body) {
    return { url: this.#base + path, method: 'POST', headersList: [this.#headers], body: JSON.stringify(body) };
  }

  /** People who are signed in, straight in the database. */
  static async people({ url, secret, count }) {
    const people = Array.from({ length: count }, () => {
      const [id, token] = [randomUUID(), randomUUID().replaceAll('-', '')];
      return { id, token, email: `${id}@example.com` };
    });
    const column = (name) => people.map((person) => person[name]);
    const times = { user: '"createdAt", "updatedAt"', session: '"createdAt", "updatedAt", "expiresAt"' };
    await query(
      url,
      `INSERT INTO "user" (id, email, name, "emailVerified", ${times.user})
       SELECT id, email, 'Some Body', false, now(), now() FROM unnest($1::text[], $2::text[]) AS person (id, email)`,
      [column('id'), column('email')],
    );
    await query(
      url,
      `INSERT INTO session (id, token, "userId", "ipAddress", "userAgent", ${times.session})
       SELECT id, token, id, '127.0.0.1', 'bench', now(), now(), now() + interval '7 days'
       FROM unnest($1::text[], $2::text[]) AS person (id, token)`,
      [column('id'), column('token')],
    );
    return { people, headersList: column('token').map((token) => ({ cookie: sessionCookie(token, secret) })) };
  }
}

function sessionCookie(token, secret) {
  const signature = createHmac('sha256', secret).update(token).digest('base64');
  return `better-auth.session_token=${encodeURIComponent(`${token}.${signature}`)}`;
}
