import { expect } from 'chai';
import { startTestApp, type TestApp } from '../support/testApp.js';

const ours = 'https://app.example.com';
const asking = (method: string): object => ({ 'Access-Control-Request-Method': method });

describe('CORS', () => {
  let app: TestApp;
  before(async () => (app = await startTestApp({ CORS_ORIGINS: JSON.stringify([ours, 'http://localhost:3000']) })));
  after(() => app.close());

  it('answers the preflight of an allowed origin', async () => {
    const response = await app.request('options', '/api/v1/users/me').set({
      Origin: ours,
      ...asking('PATCH'),
      'Access-Control-Request-Headers': 'authorization',
    });
    expect(response.status).to.equal(204);
    expect(response.headers).to.include({
      'access-control-allow-origin': ours,
      'access-control-allow-credentials': 'true',
    });
    expect(response.headers['access-control-allow-methods']).to.contain('PATCH');
    expect(response.headers['access-control-allow-headers']).to.contain('Authorization');
    expect(response.headers['vary']).to.contain('Origin');
  });

  it('lets an allowed origin read responses and errors with the exposed headers', async () => {
    for (const path of ['/', '/nothing', '/api/v1/users/me']) {
      const response = await app.request('get', path).set('Origin', ours);
      expect(response.headers, path).to.include({ 'access-control-allow-origin': ours });
      expect(response.headers['access-control-expose-headers']).to.contain('X-Request-Id').and.contain('Retry-After');
    }
  });

  for (const origin of ['https://evil.example', 'null', `${ours}.evil.example`, 'http://app.example.com']) {
    it(`lets no page of ${origin} read a response`, async () => {
      const preflight = await app.request('options', '/auth/login').set({ Origin: origin, ...asking('POST') });
      const response = await app.request('get', '/').set('Origin', origin);
      for (const { headers } of [preflight, response]) {
        expect(Object.keys(headers).filter((name) => name.startsWith('access-control-'))).to.deep.equal([]);
        expect(headers['vary']).to.equal('Origin');
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
        const preflight = await app.request('options', path).set({ ...headers, ...asking('GET') });
        expect(preflight.status).to.equal(204);
        expect(preflight.headers['access-control-allow-headers']).to.contain('If-None-Match');
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
