import { expect } from 'chai';
import type { Test } from 'supertest';
import { describedOperations } from '../support/contract.js';
import { codeOf, startTestApp, type TestApp } from '../support/testApp.js';

const ours = 'https://app.example.com';
const asking = (method: string, headers?: string): object => ({
  'Access-Control-Request-Method': method,
  ...(headers !== undefined && { 'Access-Control-Request-Headers': headers }),
});

describe('CORS', () => {
  let app: TestApp;
  before(async () => (app = await startTestApp({ CORS_ORIGINS: JSON.stringify([ours, 'http://localhost:3000']) })));
  after(() => app.close());

  it('answers the preflight of an allowed origin', async () => {
    const response = await app.request('options', '/api/v1/users/me').set({
      Origin: ours,
      ...asking('PATCH', 'authorization,content-type'),
    });
    expect(response.status).to.equal(204);
    expect(response.headers).to.include({
      'access-control-allow-origin': ours,
      'access-control-allow-credentials': 'true',
    });
    expect(response.headers['access-control-allow-methods']).to.contain('PATCH');
    expect(response.headers['access-control-allow-headers']).to.equal('authorization,content-type');
    expect(response.headers['vary']).to.contain('Origin');
  });

  it('lets an allowed origin send any header, such as those of tracing libraries', async () => {
    const tracing =
      'baggage,cache-control,idempotency-key,sentry-trace,traceparent,tracestate,x-requested-with,x_y.z~1';
    const preflight = (headers: string): Test =>
      app.request('options', '/auth/login').set({ Origin: ours, ...asking('POST', headers) });
    for (const headers of [tracing, tracing.replaceAll(',', ', '), 'x'.repeat(1024)]) {
      expect((await preflight(headers)).headers).to.have.property('access-control-allow-headers', headers);
    }
    for (const headers of ['x'.repeat(1025), 'a:b', 'a;b', '<script>', 'é']) {
      const response = await preflight(headers);
      expect(response.status, headers).to.equal(204);
      expect(response.headers, headers).not.to.have.property('access-control-allow-headers');
    }
  });

  it('lets an allowed origin read every header that the description declares', async () => {
    const declared = [...describedOperations().values()].flatMap(({ operation }) =>
      Object.values(operation.responses).flatMap(({ headers = {} }) => Object.keys(headers)),
    );
    const response = await app.request('get', '/').set('Origin', ours);
    const exposed = response.headers['access-control-expose-headers']!.split(',');
    // Pages can read Cache-Control anyway (Fetch, section 2.2.2), and can never read Set-Cookie.
    expect([...exposed, 'Cache-Control', 'Set-Cookie']).to.have.members([...new Set(declared)]);
  });

  it('lets an allowed origin read responses and errors with the exposed headers', async () => {
    for (const path of ['/', '/nothing', '/api/v1/users/me']) {
      const response = await app.request('get', path).set('Origin', ours);
      expect(response.headers, path).to.include({ 'access-control-allow-origin': ours });
      expect(response.headers['access-control-expose-headers']).to.contain('X-Request-Id').and.contain('RateLimit');
    }
  });

  for (const origin of ['https://evil.example', 'null', `${ours}.evil.example`, 'http://app.example.com']) {
    it(`lets no page of ${origin} read a response`, async () => {
      const preflight = await app.request('options', '/auth/login').set({ Origin: origin, ...asking('POST', 'x-a') });
      const response = await app.request('get', '/').set('Origin', origin);
      for (const { headers } of [preflight, response]) {
        expect(Object.keys(headers).filter((name) => name.startsWith('access-control-'))).to.deep.equal([]);
        expect(headers['vary']).to.match(/^Origin\b/);
      }
    });
  }

  for (const [operationId, path] of [
    ['getOpenapiJson', '/openapi.json'],
    ['getOpenapiYaml', '/openapi.yaml'],
  ] as const) {
    it(`lets pages of every origin read ${path}, without credentials`, async () => {
      for (const origin of [ours, 'https://partner.example', undefined]) {
        const headers = { ...(origin && { Origin: origin }) };
        const preflight = await app.request('options', path).set({ ...headers, ...asking('GET', 'if-none-match,x-a') });
        expect(preflight.status).to.equal(204);
        expect(preflight.headers['access-control-allow-headers']).to.equal('if-none-match,x-a');
        const response = await app.call(operationId, { headers });
        for (const answer of [preflight, response]) {
          expect(answer.headers).to.have.property('access-control-allow-origin', '*');
          expect(answer.headers).to.have.property('cross-origin-resource-policy', 'cross-origin');
          expect(answer.headers).not.to.have.property('access-control-allow-credentials');
        }
      }
    });
  }
});

describe('CORS in development', () => {
  let app: TestApp;
  before(async () => (app = await startTestApp({ ENV: 'development' })));
  after(() => app.close());

  const local = [
    ...['http://localhost:5173', 'https://localhost', 'http://app.localhost:4200'],
    ...['http://127.0.0.1:3000', 'http://127.0.0.2', 'http://[::1]:8080'],
  ];
  const foreign = [
    ...['https://app.example.com', 'http://localhost.example', 'http://notlocalhost', 'http://127.0.0.1.example'],
    ...['http://localhost@evil.example', 'http://192.168.0.1:3000', 'http://[::2]', 'null', 'ftp://localhost'],
    ...['http://localhost:5173/', 'http://LOCALHOST', 'http://127.1', 'file://', 'localhost'],
  ];

  it('allows every origin of this machine, the cookie too', async () => {
    for (const origin of local) {
      const preflight = await app.request('options', '/auth/login').set({ Origin: origin, ...asking('POST') });
      expect(preflight.headers, origin).to.include({
        'access-control-allow-origin': origin,
        'access-control-allow-credentials': 'true',
      });
      expect(await refreshError(origin), origin).to.equal('refresh_token_invalid');
    }
  });

  it('allows no other origin', async () => {
    for (const origin of foreign) {
      const { headers } = await app.request('get', '/').set('Origin', origin);
      expect(headers, origin).not.to.have.property('access-control-allow-origin');
      expect(await refreshError(origin), origin).to.equal('origin_not_allowed');
    }
  });

  async function refreshError(origin: string): Promise<string | undefined> {
    const headers = { Cookie: '__Secure-refresh_token=abc', Origin: origin };
    return codeOf(await app.call('refreshTokens', { headers }));
  }
});

describe('the security headers', () => {
  const always = {
    'x-content-type-options': 'nosniff',
    'x-frame-options': 'DENY',
    'referrer-policy': 'no-referrer',
    'content-security-policy': "default-src 'none';frame-ancestors 'none'",
  };

  it('sets them on every response and does not identify the server software', async () => {
    const app = await startTestApp();
    for (const path of ['/', '/nothing', '/api/v1/users/me', '/health/ready']) {
      const { headers } = await app.request('get', path);
      expect(headers, path).to.include(always);
      expect(headers, path).not.to.have.any.keys('x-powered-by', 'server', 'strict-transport-security');
    }
    await app.close();
  });

  for (const [settings, value] of [
    [{}, 'max-age=31536000'],
    [{ HSTS_INCLUDE_SUBDOMAINS: 'true' }, 'max-age=31536000; includeSubDomains'],
  ] as const) {
    it(`requires HTTPS for a year in production: ${value}`, async () => {
      const app = await startTestApp({
        ENV: 'production',
        SECRET_KEY: 'x'.repeat(32),
        SMTP_URL: 'smtp://127.0.0.1:1',
        MAIL_FROM: 'audit@example.com',
        FRONTEND_URL: 'https://app.example.com',
        ...settings,
      });
      const { headers } = await app.request('get', '/');
      expect(headers).to.have.property('strict-transport-security', value);
      await app.close();
    });
  }
});
