import { createHash, createHmac, hkdfSync, randomBytes, type KeyObject } from 'node:crypto';

/** A new token: what goes into the queue, and what is stored. */
export interface NewActionToken {
  /** 128 random bits in base64url; makes the token, together with the server's key. */
  nonce: string;
  /** SHA-256 of the token. */
  hash: Buffer;
}

/**
 * Tokens of the links in mails: HMAC-SHA-256 of 128 random bits under a key derived from the server's. So the queue
 * holds what a mail can be made of again after a crash, and still no token (docs/decisions/0009).
 */
export class ActionTokens {
  private readonly key: Buffer;

  constructor(serverKey: KeyObject) {
    this.key = Buffer.from(hkdfSync('sha256', serverKey, '', 'smart-audit-api/action-tokens/v1', 32));
  }

  create(): NewActionToken {
    const nonce = randomBytes(16).toString('base64url');
    return { nonce, hash: this.hash(this.tokenOf(nonce)) };
  }

  /** The token of a nonce: 43 characters of base64url. */
  tokenOf(nonce: string): string {
    return createHmac('sha256', this.key).update(nonce).digest('base64url');
  }

  hash(token: string): Buffer {
    return createHash('sha256').update(token).digest();
  }
}
