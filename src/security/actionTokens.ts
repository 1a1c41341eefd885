import { createHash, createHmac, hkdfSync, randomBytes, type KeyObject } from 'node:crypto';
import type { SigningKeys } from './signingKeys.js';

/** A new token: what goes into the queue, and what is stored. */
export interface NewActionToken {
  /** The name of a server's key, and 128 random bits in base64url: the token is made of the two. */
  nonce: string;
  /** SHA-256 of the token. */
  hash: Buffer;
}

function derivedKey(key: KeyObject): Buffer {
  return Buffer.from(hkdfSync('sha256', key, '', 'smart-audit-api/action-tokens/v1', 32));
}

/**
 * Tokens of the links in mails: HMAC-SHA-256 of 128 random bits under a key derived from the server's. So the queue
 * holds what a mail can be made of again after a crash, and still no token (docs/decisions/0009).
 */
export class ActionTokens {
  constructor(private readonly keys: Pick<SigningKeys, 'current' | 'find'>) {}

  create(): NewActionToken {
    const nonce = `${this.keys.current.id}.${randomBytes(16).toString('base64url')}`;
    return { nonce, hash: this.hash(this.tokenOf(nonce)) };
  }

  /** The token of a nonce: 43 characters of base64url. */
  tokenOf(nonce: string): string {
    // A mail may have waited since before the key was changed.
    const { key } = this.keys.find(nonce.split('.', 1)[0]);
    return createHmac('sha256', derivedKey(key)).update(nonce).digest('base64url');
  }

  hash(token: string): Buffer {
    return createHash('sha256').update(token).digest();
  }
}
