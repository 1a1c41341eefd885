import { once } from 'node:events';
import { Agent, get, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect } from 'chai';
import express from 'express';
import { createHttpServer } from '../../src/api/connections/httpServer.js';
import { Metrics } from '../../src/core/metrics.js';
import { createLogger } from '../../src/core/logger.js';

describe('a connection', () => {
  let server: Server;
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  afterEach(() => {
    agent.destroy();
    server.close();
  });

  async function listen(workers: number): Promise<string> {
    const app = express().get('/', (_req, res) => void res.send('here'));
    const logger = createLogger({ env: 'test', logLevel: 'error' });
    server = createHttpServer(app, { tls: undefined, connectionsMax: 10, workers }, logger, new Metrics());
    await once(server.listen(0, '127.0.0.1'), 'listening');
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  }

  /** Asks so often, one after the other; of each answer, whether it came on a new connection, and whether that goes on. */
  async function ask(url: string, times: number): Promise<{ isFirst: boolean; isLast: boolean }[]> {
    const answers = [];
    for (let n = 0; n < times; n += 1) {
      const request = get(url, { agent });
      const [answer] = (await once(request, 'response')) as [IncomingMessage];
      expect(answer.statusCode).to.equal(200);
      await once(answer.resume(), 'end');
      answers.push({ isFirst: !request.reusedSocket, isLast: answer.headers.connection === 'close' });
    }
    return answers;
  }

  it('to one of several processes is closed with an answer that says so, after 1,000 to 3,000 requests', async () => {
    const answers = await ask(await listen(2), 3001);
    const end = answers.findIndex(({ isLast }) => isLast);
    expect(end).to.be.within(999, 2999);
    answers.forEach(({ isFirst, isLast }, n) => {
      expect(isFirst, `answer ${n} is the first`).to.equal(n === 0 || answers[n - 1]!.isLast);
      if (isLast) expect(n, 'the last').to.be.at.least(999);
    });
  });

  it('to a process alone is kept', async () => {
    const answers = await ask(await listen(1), 3001);
    expect(answers.filter(({ isFirst }) => isFirst)).to.have.length(1);
  });
});
