import { randomBytes } from 'node:crypto';

/** Somebody with a password, on one side of a comparison. */
export class Account {
  #login = { email: `${randomBytes(6).toString('hex')}@example.com`, password: randomBytes(18).toString('base64url') };

  /** @param {import('./sides/sides.mjs').Side} side where the account is */
  constructor({ protocol }) {
    this.protocol = protocol;
  }

  async signUp() {
    await send(this.protocol.signUp(this.#login));
  }

  signIn() {
    return send(this.signInRequest);
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
    return this.protocol.signIn(this.#login);
  }

  /** What signs up somebody else at each request, for a load. */
  get signUpRequest() {
    const { password } = this.#login;
    return this.protocol.signUp({ email: '*@example.com', password });
  }
}

async function send({ url, method, headersList, body, status }) {
  const answer = await fetch(url, { method, headers: headersList[0], body });
  if (answer.status !== status) throw new Error(`${method} ${url}: ${answer.status} ${await answer.text()}`);
  return answer.json();
}
