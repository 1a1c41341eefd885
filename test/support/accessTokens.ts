import { createHmac, generateKeyPairSync, sign, type KeyObject } from 'node:crypto';

const base64url = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');

/** The subject of a token. */
interface Holder {
  id: string;
  sessionId: string;
}

interface Parts {
  header?: object;
  /** Changed claims; undefined leaves one out. */
  claims?: Record<string, unknown>;
  /** Replaces the signature with the server's key. */
  signature?: (input: string) => string;
}

const now = (): number => Math.floor(Date.now() / 1000);

/** An access token like the server's, with some parts changed, made without a JWT library. */
export function forgedToken(key: KeyObject, { id, sessionId }: Holder, parts: Parts = {}): string {
  const header = { alg: 'HS256', typ: 'JWT', ...parts.header };
  const claims = {
    sub: id,
    sid: sessionId,
    email: 'ada@example.com',
    iss: 'smart-audit-api',
    aud: 'smart-audit-api',
    token_use: 'access',
    iat: now(),
    exp: now() + 600,
    ...parts.claims,
  };
  const input = `${base64url(header)}.${base64url(claims)}`;
  const signature = parts.signature ?? hmac(key, 'sha256');
  return `${input}.${signature(input)}`;
}

function hmac(key: KeyObject | string, hash: string): (input: string) => string {
  return (input) => createHmac(hash, key).update(input).digest('base64url');
}

function rs256(input: string): string {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  return sign('sha256', Buffer.from(input), privateKey).toString('base64url');
}

/** A correctly signed token with arbitrary claims. */
function rawToken(key: KeyObject, payload: string): string {
  const input = `${base64url({ alg: 'HS256', typ: 'JWT' })}.${Buffer.from(payload).toString('base64url')}`;
  return `${input}.${hmac(key, 'sha256')(input)}`;
}

/** Every kind of invalid token, with its error code. */
export function refusedTokens(key: KeyObject, holder: Holder): readonly (readonly [string, string, string])[] {
  const forged = (parts: Parts): string => forgedToken(key, holder, parts);
  const nobody = '0198c6a4-6f0e-7c3b-9d55-2f6f4f0c8a11';
  return [
    ['is no JWT', 'token_malformed', 'abc'],
    ['has a header that is no JSON', 'token_malformed', 'abc.def.ghi'],
    ['has a subject that is no id', 'token_malformed', forged({ claims: { sub: "1' OR '1'='1" } })],
    ['has no session', 'token_malformed', forged({ claims: { sid: undefined } })],
    ['has a session that is no id', 'token_malformed', forged({ claims: { sid: [nobody] } })],
    ['has claims that are null', 'token_malformed', rawToken(key, 'null')],
    ['has no subject', 'token_malformed', forged({ claims: { sub: undefined } })],
    ['demands an extension', 'token_malformed', forged({ header: { crit: ['b64'], b64: true } })],
    ['has a header that is null', 'token_malformed', `${base64url(null)}.e30.x`],
    ['is signed with another key', 'token_signature_invalid', forged({ signature: hmac('another key', 'sha256') })],
    ['was changed after it was signed', 'token_signature_invalid', `${forged({})}x`],
    ['is not signed', 'token_algorithm_invalid', forged({ header: { alg: 'none' }, signature: () => '' })],
    ['says none and is signed', 'token_algorithm_invalid', forged({ header: { alg: 'none' } })],
    ['uses HS384', 'token_algorithm_invalid', forged({ header: { alg: 'HS384' }, signature: hmac(key, 'sha384') })],
    ['uses HS512', 'token_algorithm_invalid', forged({ header: { alg: 'HS512' }, signature: hmac(key, 'sha512') })],
    ['uses RS256', 'token_algorithm_invalid', forged({ header: { alg: 'RS256' }, signature: rs256 })],
    ['has expired', 'token_expired', forged({ claims: { exp: now() - 1 } })],
    ['is not valid yet', 'token_expired', forged({ claims: { nbf: now() + 600 } })],
    ['never expires', 'token_expiry_missing', forged({ claims: { exp: undefined } })],
    ['is of another issuer', 'token_issuer_invalid', forged({ claims: { iss: 'someone else' } })],
    ['has no issuer', 'token_issuer_invalid', forged({ claims: { iss: undefined } })],
    ['is for another audience', 'token_audience_invalid', forged({ claims: { aud: 'someone else' } })],
    ['has no audience', 'token_audience_invalid', forged({ claims: { aud: undefined } })],
    ['is for another use', 'token_audience_invalid', forged({ claims: { token_use: 'refresh' } })],
    ['is of another account than its session', 'session_ended', forged({ claims: { sub: nobody } })],
    ['is of a session that does not exist', 'session_ended', forged({ claims: { sid: nobody } })],
  ];
}
