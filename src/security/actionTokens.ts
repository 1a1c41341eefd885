import { createHash, createHmac, hkdfSync, randomBytes, type KeyObject } from 'node:crypto';
import type { SigningKeys } from './signingKeys.js';

function derivedKey(key: KeyObject): Buffer {
  return Buffer.from(hkdfSync('sha256', key, '', 'smart-audit-api/action-tokens/v1', 32));
}

/**
 * Tokens of links in mails: HMAC-SHA-256 of a nonce under a key derived from the server's. The queue holds the nonce, so that a
 * mail can be rebuilt after a crash without storing its token (docs/decisions/0009).
 */
export class ActionTokens {
  constructor(private readonly keys: Pick<SigningKeys, 'current' | 'find'>) {}

  /**
   * @returns for the mail job the nonce: the id of the signing key and 128 random bits in base64url; for the database the
   * token's hash
   */
  create(): { nonce: string; hash: Buffer } {
    const nonce = `${this.keys.current.id}.${randomBytes(16).toString('base64url')}`;
    return { nonce, hash: this.hash(this.tokenOf(nonce)) };
  }

  /** The token of a nonce: 43 characters of base64url. */
  tokenOf(nonce: string): string {
    // A mail may have been queued before a key rotation.
    const { key } = this.keys.find(nonce.split('.', 1)[0]);
    return createHmac('sha256', derivedKey(key)).update(nonce).digest('base64url');
  }

  /** SHA-256 of the token. */
  hash(token: string): Buffer {
    return createHash('sha256').update(token).digest();
  }
}
