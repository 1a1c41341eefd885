import { once } from 'node:events';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect } from 'chai';
import express, { type Express } from 'express';
import supertest from 'supertest';
import { expressClasses } from '../../src/api/http/expressClasses.js';

/** An app that uses what Express adds to requests and responses. */
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

describe('expressClasses', () => {
  it('changes no response of an Express app', async () => {
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
});
