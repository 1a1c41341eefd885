import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto';

/** Stored with the session. No token can be derived from it. */
export interface RefreshState {
  /** How many times the token has been rotated. */
  generation: number;
  /** SHA-256 of the current token's secret. */
  refreshHash: Buffer;
  /** Random; derives each token's successor together with that token. */
  refreshSeed: Buffer;
}

const tokenPattern = /^rt_([A-Za-z0-9_-]{70})$/;
const idBytes = 16;
const headBytes = idBytes + 4;
const secretBytes = 32;

/** How many generations back a token is recognised, at one hash each; older tokens are unknown. */
const stepsBack = 5000;

/**
 * A refresh token: session id, generation and a 256-bit secret. HMAC-SHA-256 under the session's seed derives the next secret,
 * so concurrent refreshes get the same successor, reuse of an old token is detected, and only the hash of the current secret is
 * stored (docs/decisions/0008).
 */
export class RefreshToken {
  private constructor(
    readonly sessionId: string,
    readonly generation: number,
    private readonly secret: Buffer,
  ) {}

  /** The first token of a session, and the state to store. */
  static first(sessionId: string): { token: RefreshToken; state: RefreshState } {
    const token = new RefreshToken(sessionId, 0, randomBytes(secretBytes));
    return { token, state: { generation: 0, refreshHash: token.hash(), refreshSeed: randomBytes(secretBytes) } };
  }

  static parse(text: string): RefreshToken | undefined {
    const encoded = tokenPattern.exec(text)?.[1];
    if (encoded === undefined) return undefined;
    const bytes = Buffer.from(encoded, 'base64url');
    const id = bytes.toString('hex', 0, idBytes).replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
    return new RefreshToken(id, bytes.readUInt32BE(idBytes), bytes.subarray(headBytes));
  }

  /** SHA-256 of the secret. */
  hash(): Buffer {
    return createHash('sha256').update(this.secret).digest();
  }

  /** The token that follows this one after so many rotations. */
  successor(seed: Buffer, rotations = 1): RefreshToken {
    let { secret } = this;
    for (let n = 0; n < rotations; n += 1) secret = createHmac('sha256', seed).update(secret).digest();
    return new RefreshToken(this.sessionId, this.generation + rotations, secret);
  }

  /** How many rotations ago this was the current token: 0 if it is; undefined if the session never had it. */
  age({ generation, refreshHash, refreshSeed }: RefreshState): number | undefined {
    const age = generation - this.generation;
    if (age < 0 || age > stepsBack) return undefined;
    return timingSafeEqual(this.successor(refreshSeed, age).hash(), refreshHash) ? age : undefined;
  }

  toString(): string {
    const head = Buffer.alloc(headBytes);
    head.write(this.sessionId.replaceAll('-', ''), 'hex');
    head.writeUInt32BE(this.generation, idBytes);
    return `rt_${Buffer.concat([head, this.secret]).toString('base64url')}`;
  }
}
