import { connect } from 'node:net';
import { expect } from 'chai';
import { waitingMax } from '../../src/api/pipelineLimit.js';
import { rawRequest } from '../support/rawRequest.js';
import { startTestApp, type TestApp } from '../support/testApp.js';
import { until } from '../support/until.js';

describe('requests that come on a connection before others are answered', () => {
  let app: TestApp;
  before(async () => (app = await startTestApp({ LOG_LEVEL: 'info' })));
  after(() => app.close());

  const get = (path: string, headers = ''): string => `GET ${path} HTTP/1.1\r\nHost: x\r\n${headers}\r\n`;
  const statuses = (answer: string): string[] =>
    [...answer.matchAll(/HTTP\/1\.1 (\d+) /g)].map(([, status]) => status!);
  const worked = (): number => app.logLines().filter(({ msg }) => msg === 'Request').length;

  it('are all answered, in their order, up to a number, again and again', async () => {
    const { hostname, port } = new URL(app.url);
    const socket = connect(Number(port), hostname);
    let text = '';
    socket.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
    const expected = Array.from({ length: waitingMax + 1 }, (_, index) => (index % 2 === 0 ? '200' : '404'));
    for (let round = 0; round < 3; round += 1) {
      text = '';
      socket.write(expected.map((status) => get(status === '200' ? '/health/ready' : '/nothing')).join(''));
      await until(async () => statuses(text).length === expected.length);
      expect(statuses(text)).to.deep.equal(expected);
    }
    socket.destroy();
  });

  it('end the connection where they are more, and are not worked on', async () => {
    const before = worked();
    let made = 0;
    app.server.on('request', () => (made += 1));
    // The connection may be reset, with what had been sent on it.
    const answer = await rawRequest(app.url, get('/health/ready').repeat(1000)).catch(() => '');
    expect(statuses(answer)).to.have.length.at.most(waitingMax + 1);
    expect(worked() - before).to.be.at.most(waitingMax + 1);
    expect(made).to.be.at.most(waitingMax + 2);
    expect((await app.request('get', '/health/live')).status).to.equal(200);
  });
});
