import { Agent } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { sendRequest } from './sendRequest.mjs';

const connections = 64;
/** Of so many requests, how many are not GETs. The rarest and most expensive are spread evenly. */
const cycle = 4000;
const everyRefresh = 50;
const everySignIn = 2000;
const everySignUp = 4000;

/** What the how many'th request is. */
function kindOf(number) {
  const place = number % cycle;
  if (place % everySignUp === 1) return 'signUp';
  if (place % everySignIn === 2) return 'signIn';
  return place % everyRefresh === 3 ? 'refresh' : 'get';
}

/** Mixed work on a server: mostly GETs, some refreshes, few sign-ins and sign-ups. It goes on where it ended. */
export class MixedLoad {
  /** All connections take turns, as those of many people do: by default the last few used would do all of it. */
  #agent = new Agent({ keepAlive: true, maxSockets: connections, scheduling: 'fifo' });
  #sent = 0;
  #answered = 0;
  #failures = [];
  #options;

  /**
   * @param {{ get: { url: string, headersList: object[] }, refresh: { url: string, tokens: string[] }, signIn: object,
   * signUp: object }} options requests as `OurProtocol` makes them
   */
  constructor(options) {
    this.#options = options;
  }

  /** As many as are answered. @returns {Promise<object>} see `#result` */
  async full({ seconds }) {
    const end = performance.now() + seconds * 1000;
    const chain = async () => {
      while (performance.now() < end) await this.#sendNext();
    };
    return this.#timed(() => Promise.all(Array.from({ length: connections }, chain)));
  }

  /** So many a second, evenly, whether the last ones have been answered or not. */
  async paced({ seconds, perSecond }) {
    const start = performance.now();
    const running = new Set();
    return this.#timed(async () => {
      for (let sent = 0; sent < perSecond * seconds; sent += 1) {
        const wait = start + (sent * 1000) / perSecond - performance.now();
        if (wait > 1) await delay(wait);
        const one = this.#sendNext().finally(() => running.delete(one));
        running.add(one);
      }
      await Promise.all(running);
    });
  }

  /** How many a second were answered as they should be, and what the others were told. */
  async #timed(work) {
    const [before, start] = [this.#answered, performance.now()];
    await work();
    const answers = this.#answered - before;
    const failures = this.#failures.splice(0);
    const perSecond = (answers / (performance.now() - start)) * 1000;
    return { answers, perSecond, failures: failures.length, examples: failures.slice(0, 5) };
  }

  async #sendNext() {
    const kind = kindOf(this.#sent++);
    try {
      await (kind === 'refresh' ? this.#refresh() : this.#send(this.#options[kind]));
      this.#answered += 1;
    } catch (error) {
      this.#failures.push(`${kind}: ${error.message}`);
    }
  }

  async #refresh() {
    const { url, tokens } = this.#options.refresh;
    const token = tokens.shift();
    if (token === undefined) throw new Error('every session is being refreshed');
    const body = JSON.stringify({ refresh_token: token });
    const headersList = [{ 'content-type': 'application/json' }];
    const text = await this.#send({ url, method: 'POST', headersList, body });
    tokens.push(JSON.parse(text).refresh_token);
  }

  /** @returns {Promise<string>} the body of the answer */
  #send({ headersList, ...request }) {
    return sendRequest(this.#agent, { ...request, headers: headersList[this.#sent % headersList.length] });
  }
}
