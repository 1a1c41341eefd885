import { randomBytes } from 'node:crypto';

/**
 * What every side of a comparison has in common.
 * @param {{ logLevel: string, smtpUrl: string }} options
 */
export function commonSettings({ logLevel, smtpUrl }) {
  return {
    SECRET_KEY: randomBytes(48).toString('base64url'),
    LOG_LEVEL: logLevel,
    DATABASE_POOL_MAX: '10',
    BCRYPT_COST: '12',
    HASH_QUEUE_MAX: '200',
    // Many sign in at once with one account here.
    SIGN_IN_FAILURES_MAX: '1000000',
    SIGN_IN_ADDRESS_FAILURES_MAX: '1000000',
    SMTP_URL: smtpUrl,
    MAIL_FROM: 'bench@localhost',
    FRONTEND_URL: 'http://localhost:3000',
    // Requests are counted as in production, but nobody is refused.
    RATE_LIMIT_FACTOR: '1000000',
  };
}
