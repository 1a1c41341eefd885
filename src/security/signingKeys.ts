import { createHmac, createSecretKey, type KeyObject } from 'node:crypto';

/** A key that signs, and its name: eight characters that tell nothing about it. */
export interface SigningKey {
  id: string;
  /**
   * A KeyObject, because jsonwebtoken makes one of a string at every call, which costs ten times as much as the signature
   * itself (docs/performance.md).
   */
  key: KeyObject;
}

function signingKey(secret: string): SigningKey {
  const key = createSecretKey(Buffer.from(secret, 'utf8'));
  const id = createHmac('sha256', key).update('smart-audit-api/key-id/v1').digest('base64url').slice(0, 8);
  return { id, key };
}

/** The server's keys: the one that signs now, and perhaps the one before it, whose work is accepted while it lives. */
export class SigningKeys {
  readonly current: SigningKey;
  private readonly previous: SigningKey | undefined;

  /** @param previousSecret from before the secret was changed */
  constructor(secret: string, previousSecret?: string) {
    this.current = signingKey(secret);
    this.previous = previousSecret === undefined ? undefined : signingKey(previousSecret);
  }

  /** The key of this name; the current one where there is none, which is then not the right one. */
  find(id: unknown): SigningKey {
    return this.previous && id === this.previous.id ? this.previous : this.current;
  }
}
