import { once } from 'node:events';
import http from 'node:http';
import { Socket, type AddressInfo } from 'node:net';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect } from 'chai';
import express, { type Express } from 'express';
import supertest from 'supertest';
import { expressClasses } from '../../src/api/connections/expressClasses.js';
import { signedInAccount } from '../support/accounts.js';
import { startTestApp } from '../support/testApp.js';

/** Shows what Express adds to requests and responses, and what node has itself. */
function showingApp(): Express {
  const app = express();
  app.set('trust proxy', 1);
  app.set('env', 'production');
  app.use(express.json());
  app.use((req, res) => {
    res
      .set('X-Type', String(req.is('json')))
      .vary('Accept')
      .cookie('seen', 'yes')
      .status(req.body ? 201 : 200);
    const { method, url, path, query, ip, protocol, hostname, httpVersion } = req;
    const body: unknown = req.body ?? null;
    res.json({ method, url, path, query, ip, protocol, hostname, httpVersion, body, sameApp: req.app === app });
  });
  return app;
}

// It stays on: the function that needs it may be compiled again.
setFlagsFromString('--allow-natives-syntax');
const isDictionary = runInNewContext('(object) => !%HasFastProperties(object)') as (object: object) => boolean;

describe("requests and responses that are Express's from the start", () => {
  it('are to an application what those are that Express makes its own', async () => {
    const app = showingApp();
    const servers = [http.createServer(app), http.createServer(expressClasses(app), app)];
    const answers = await Promise.all(
      servers.map(async (server) => {
        server.listen(0, '127.0.0.1');
        await once(server, 'listening');
        const agent = supertest(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
        const asked = [
          agent.get('/some/path?a=1&b=2').set('X-Forwarded-For', '192.0.2.7').set('X-Forwarded-Proto', 'https'),
          agent.post('/x').send({ name: 'Grace' }),
          agent.head('/x'),
          agent.post('/x').set('Content-Type', 'application/json').send('{'),
        ];
        const got = await Promise.all(asked.map((each) => each.set('Host', 'api.example.com')));
        server.close();
        return got.map(({ status, headers, text }) => {
          const { date, ...others } = headers as Record<string, string>;
          return { status, headers: others, text, isDated: date !== undefined };
        });
      }),
    );
    expect(answers[0]!.map(({ status }) => status)).to.deep.equal([200, 201, 200, 400]);
    expect(answers[1]).to.deep.equal(answers[0]);
  });

  it('are never kept as dictionaries, whatever is collected while the first of them come', () => {
    const { IncomingMessage, ServerResponse } = expressClasses(express());
    const makeTwo = (): object[] => {
      const req = Object.assign(new IncomingMessage(new Socket()), { originalUrl: '/', baseUrl: '', params: {} });
      const res = Object.assign(new ServerResponse(req), { req, locals: {} });
      return [req, res.setHeader('X-Any', 'any')];
    };
    // In a function of its own: what is still on the stack of the function that collects would stay.
    const areDictionaries = (): boolean[] => makeTwo().map(isDictionary);
    for (let count = 0; count < 8; count += 1) {
      expect(areDictionaries()).to.deep.equal([false, false]);
      // V8 keeps what it knows of a kind of object for two collections after the last one of it is gone.
      for (let collections = 0; collections < 4; collections += 1) globalThis.gc!();
    }
  });

  it('are no dictionaries after a walk through the whole application either', async () => {
    const app = await startTestApp();
    const seen: [string, object, object][] = [];
    app.server.on('request', (req, res) => seen.push([req.method ?? '', req, res]));
    const { token } = await signedInAccount(app);
    expect((await app.call('getCurrentUser', { token })).status).to.equal(200);
    expect(seen.map(([method, ...two]) => [method, ...two.map(isDictionary)])).to.deep.equal([
      ['POST', false, false],
      ['POST', false, false],
      ['GET', false, false],
    ]);
    await app.close();
  });
});
