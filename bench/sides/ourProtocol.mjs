import { signedInPeople } from '../people.mjs';

const json = { 'content-type': 'application/json' };

/** How this server is asked, and those that do the same work at the same paths. */
export class OurProtocol {
  #base;

  /** @param {string} base the URL of the server */
  constructor(base) {
    this.#base = base;
  }

  /** @param {{ headersList: object[] }} people the headers of those who ask for their own record */
  get({ headersList }) {
    return { url: `${this.#base}/api/v1/users/me`, headersList };
  }

  signIn({ email, password }) {
    return { ...this.#post('/auth/login', { email, password }), status: 200 };
  }

  /** @param email may have `*`, which becomes another text in each request */
  signUp({ email, password }) {
    return { ...this.#post('/auth/signup', { email, password, first_name: 'Some', last_name: 'Body' }), status: 201 };
  }

  refresh(tokens) {
    return { url: `${this.#base}/auth/refresh`, tokens };
  }

  /** The e-mail address in the answer to `get`. */
  emailIn(answer) {
    return answer?.email;
  }

  #post(path, body) {
    return { url: this.#base + path, method: 'POST', headersList: [json], body: JSON.stringify(body) };
  }

  /** People who are signed in. */
  static async people({ url, secret, count }) {
    const people = await signedInPeople({ url, secret, count });
    return { people, headersList: bearerHeaders(people.map(({ accessToken }) => accessToken)) };
  }
}

/** @param {string[]} tokens */
export function bearerHeaders(tokens) {
  return tokens.map((token) => ({ authorization: `Bearer ${token}` }));
}
