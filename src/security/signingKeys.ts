import { createHmac, createSecretKey, type KeyObject } from 'node:crypto';

export interface SigningKey {
  /** Eight characters that reveal nothing about the key. */
  id: string;
  /** A KeyObject: jsonwebtoken would create one from a string on every call, at ten times the cost of the signature. */
  key: KeyObject;
}

function signingKey(secret: string): SigningKey {
  const key = createSecretKey(Buffer.from(secret, 'utf8'));
  const id = createHmac('sha256', key).update('smart-audit-api/key-id/v1').digest('base64url').slice(0, 8);
  return { id, key };
}

/** The current signing key, and the previous one after a rotation. */
export class SigningKeys {
  readonly current: SigningKey;
  private readonly previous: SigningKey | undefined;

  constructor(secret: string, previousSecret?: string) {
    this.current = signingKey(secret);
    this.previous = previousSecret === undefined ? undefined : signingKey(previousSecret);
  }

  /** The key with this id, or else the current key, with which verification then fails. */
  find(id: unknown): SigningKey {
    return this.previous && id === this.previous.id ? this.previous : this.current;
  }
}
