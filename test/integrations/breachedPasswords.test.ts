import { createHash } from 'node:crypto';
import { createServer, type RequestListener, type Server } from 'node:http';
import { expect } from 'chai';
import { BreachedPasswords } from '../../src/integrations/breachedPasswords.js';
import { newAccount } from '../support/accounts.js';
import { listen } from '../support/listen.js';
import { startTestApp } from '../support/testApp.js';

const breached = 'breached horse battery staple';
const digest = createHash('sha1').update(breached).digest('hex').toUpperCase();

describe('BreachedPasswords', () => {
  let server: Server;
  let answer: RequestListener;
  let asked: string[];
  let api: BreachedPasswords;
  let url: string;
  before(async () => {
    server = createServer((req, res) => {
      asked.push(`${req.method} ${req.url}`);
      answer(req, res);
    });
    url = `http://127.0.0.1:${await listen(server)}/range/`;
    api = new BreachedPasswords(url);
  });
  beforeEach(() => {
    asked = [];
    answer = (_req, res) => res.end(`${'0'.repeat(35)}:3\r\n${digest.slice(5)}:17\r\n${'F'.repeat(35)}:0\r\n`);
  });
  after(() => {
    server.closeAllConnections();
    server.close();
  });

  const failure = (work: Promise<unknown>): Promise<unknown> => work.catch((error: unknown) => error);

  it('sends only five characters of the digest', async () => {
    expect(await api.has(breached)).to.equal(true);
    expect(asked).to.deep.equal([`GET /range/${digest.slice(0, 5)}`]);
    expect(await api.has('another horse battery staple')).to.equal(false);
  });

  it('ignores padding entries', async () => {
    answer = (_req, res) => res.end(`${digest.slice(5)}:0\r\n`);
    expect(await api.has(breached)).to.equal(false);
  });

  it('times out after a second', async () => {
    answer = () => undefined;
    const begin = performance.now();
    expect(await failure(api.has(breached))).to.be.an.instanceOf(Error);
    expect(performance.now() - begin).to.be.within(900, 5000);
  });

  it('rejects errors, redirects and endless responses', async () => {
    const broken: RequestListener[] = [
      (_req, res) => res.writeHead(500).end('oh'),
      (_req, res) => res.writeHead(302, { Location: 'http://127.0.0.1:1/' }).end(),
      (req) => req.socket.destroy(),
      (_req, res) => res.end('A'.repeat(2_000_000)),
    ];
    for (const listener of broken) {
      answer = listener;
      expect(await failure(api.has(breached))).to.be.an.instanceOf(Error);
    }
  });

  it('makes signUp reject breached passwords, and accept any when the API is down', async () => {
    const app = await startTestApp({ BREACHED_PASSWORDS_URL: url });
    const signUp = (password: string) => app.call('signUp', { body: { ...newAccount(), password } });
    const refused = await signUp(breached);
    expect(refused.status).to.equal(400);
    expect(refused.body).to.include({ code: 'password_breached' });
    answer = (_req, res) => res.writeHead(503).end();
    expect((await signUp(breached)).status).to.equal(201);
    expect(app.logText()).to.contain('breached_passwords_unavailable').and.not.to.contain(breached);
    await app.close();
  });
});
