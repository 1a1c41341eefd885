import { createHmac } from 'node:crypto';
import { accessTokenRules } from '../dist/core/accessToken.js';

const encode = (value) => Buffer.from(JSON.stringify(value)).toString('base64url');

/**
 * An access token as the server issues them, which lives for a day.
 * @param {string} secret SECRET_KEY
 * @param {{ userId: string, sessionId: string, email: string }} person
 */
export function accessToken(secret, { userId, sessionId, email }) {
  const { algorithm, issuer, audience, use } = accessTokenRules;
  const iat = Math.floor(Date.now() / 1000);
  const claims = {
    email,
    token_use: use,
    sid: sessionId,
    iat,
    exp: iat + 86_400,
    aud: audience,
    iss: issuer,
    sub: userId,
  };
  const input = `${encode({ alg: algorithm, typ: 'JWT' })}.${encode(claims)}`;
  return `${input}.${createHmac('sha256', secret).update(input).digest('base64url')}`;
}
