import { expect } from 'chai';
import { describedOperations } from '../support/contract.js';
import { startTestApp, type TestApp } from '../support/testApp.js';

/** What Express's router keeps of one `app.use` or `app.get`. */
interface Layer {
  name: string;
  route?: { path: string };
  handle: { stack?: Layer[] };
}

describe('the routes', () => {
  let app: TestApp;
  before(async () => (app = await startTestApp()));
  after(() => app.close());

  it('answer every described operation, and nothing described is missing', async () => {
    for (const [id, { method, path }] of describedOperations()) {
      const response = await app.request(method, path.replace(/[{}]/g, ''));
      expect([405, 500], `${id}: ${method} ${path}`).not.to.include(response.status);
      if (!path.includes('{')) expect(response.status, `${id}: ${method} ${path}`).not.to.equal(404);
    }
  });

  it('are no more than the description has: every other method of its paths is refused', async () => {
    const described = [...describedOperations().values()];
    for (const { path } of described) {
      const methods = described.filter((each) => each.path === path).map(({ method }) => method);
      if (methods.includes('GET')) methods.push('HEAD');
      for (const method of ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'TRACE']) {
        if (methods.includes(method)) continue;
        const response = await app.request(method, path.replace(/[{}]/g, ''));
        expect(response.status, `${method} ${path}`).to.equal(405);
        expect(response.headers['allow']?.split(', '), `${method} ${path}`).to.have.members(methods);
      }
    }
  });

  it('take no body with a method whose body proxies and clients drop (RFC 9110, sections 9.3.1 to 9.3.5)', () => {
    for (const [id, { method, operation }] of describedOperations()) {
      if (['GET', 'HEAD', 'DELETE'].includes(method)) expect(operation.requestBody, id).to.equal(undefined);
    }
  });

  it('are registered nowhere but in the description: Express itself has middleware only', () => {
    const { stack } = (app.app as unknown as { router: { stack: Layer[] } }).router;
    expect(stack).to.have.length.above(0);
    const byHand = stack.filter(({ route, handle }) => route ?? handle.stack);
    expect(byHand.map(({ name, route }) => route?.path ?? name)).to.deep.equal([]);
  });
});
