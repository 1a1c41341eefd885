import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto';

/** What is stored of a session's refresh tokens: nothing that a token could be made of. */
export interface RefreshState {
  /** How many times the token has been rotated. */
  generation: number;
  /** SHA-256 of the current token's secret. */
  refreshHash: Buffer;
  /** Random; makes each token's successor. Of no use without the token. */
  refreshSeed: Buffer;
}

/** How a presented token stands to the session that it names. */
export type Standing = 'current' | 'previous' | 'older' | 'unknown';

const form = /^rt_([A-Za-z0-9_-]{70})$/;
const idBytes = 16;
const headBytes = idBytes + 4;
const secretBytes = 32;

/** How far back an old token is recognised as one of ours; each step is a hash. Older ones are refused as unknown. */
const stepsBack = 5000;

/**
 * A refresh token: session id, generation and a secret of 256 bits. Each secret makes the next one (HMAC-SHA-256 under
 * the session's random seed), so the same token presented twice at once gets the same successor, an old token can be
 * told from a made-up one, and still only the hash of the current secret is stored (docs/decisions/0008).
 */
export class RefreshToken {
  private constructor(
    readonly sessionId: string,
    readonly generation: number,
    private readonly secret: Buffer,
  ) {}

  /** The first token of a session, and what to store of it. */
  static first(sessionId: string): { token: RefreshToken; state: RefreshState } {
    const token = new RefreshToken(sessionId, 0, randomBytes(secretBytes));
    return { token, state: { generation: 0, refreshHash: token.hash(), refreshSeed: randomBytes(secretBytes) } };
  }

  /** Undefined for a text that is no refresh token. */
  static parse(text: string): RefreshToken | undefined {
    const encoded = form.exec(text)?.[1];
    if (encoded === undefined) return undefined;
    const bytes = Buffer.from(encoded, 'base64url');
    const id = bytes.toString('hex', 0, idBytes).replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
    return new RefreshToken(id, bytes.readUInt32BE(idBytes), bytes.subarray(headBytes));
  }

  /** SHA-256 of the secret. */
  hash(): Buffer {
    return createHash('sha256').update(this.secret).digest();
  }

  /** @param seed the session's */
  next(seed: Buffer): RefreshToken {
    const secret = createHmac('sha256', seed).update(this.secret).digest();
    return new RefreshToken(this.sessionId, this.generation + 1, secret);
  }

  /** How this token stands to its session; `unknown` if the session never had it. */
  standing({ generation, refreshHash, refreshSeed }: RefreshState): Standing {
    const behind = generation - this.generation;
    if (behind < 0 || behind > stepsBack) return 'unknown';
    let token: RefreshToken = this; // eslint-disable-line @typescript-eslint/no-this-alias
    for (let step = 0; step < behind; step += 1) token = token.next(refreshSeed);
    if (!timingSafeEqual(token.hash(), refreshHash)) return 'unknown';
    if (behind === 0) return 'current';
    return behind === 1 ? 'previous' : 'older';
  }

  /** The token as its holder keeps it. */
  toString(): string {
    const head = Buffer.alloc(headBytes);
    head.write(this.sessionId.replaceAll('-', ''), 'hex');
    head.writeUInt32BE(this.generation, idBytes);
    return `rt_${Buffer.concat([head, this.secret]).toString('base64url')}`;
  }
}
