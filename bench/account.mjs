import { randomBytes } from 'node:crypto';

/** The one person who does everything here. */
export class Account {
  #server;
  #login = { email: 'somebody@example.com', password: randomBytes(18).toString('base64url') };

  /** @param {string} server the URL of the server where the account is */
  constructor(server) {
    this.#server = server;
  }

  async signUp() {
    const body = JSON.stringify({ ...this.#login, first_name: 'Some', last_name: 'Body' });
    await this.#post('/auth/signup', body, 201);
  }

  /** @returns {Promise<string>} the access token */
  async signIn() {
    const { access_token: token } = await this.session();
    return token;
  }

  /** @returns {Promise<{ access_token: string, refresh_token: string, session_id: string }>} of a sign-in */
  session() {
    const { url, ...request } = this.signInRequest;
    return this.#post(new URL(url).pathname, request.body, 200);
  }

  get refreshUrl() {
    return `${this.#server}/auth/refresh`;
  }

  /**
   * Resolves when nothing is left of a load of sign-ins: hashes are made first come, first served, so when as many more
   * as there are threads are made, the others are too.
   * @param {number} threads
   */
  async outlast(threads) {
    await Promise.all(Array.from({ length: threads }, () => this.signIn()));
  }

  /** What signs in, for a load. */
  get signInRequest() {
    return {
      url: `${this.#server}/auth/login`,
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(this.#login),
    };
  }

  async #post(path, body, expected) {
    const answer = await fetch(this.#server + path, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body,
    });
    if (answer.status !== expected) throw new Error(`POST ${path}: ${answer.status} ${await answer.text()}`);
    return answer.json();
  }
}
