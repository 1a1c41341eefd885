import { Ajv, type ErrorObject } from 'ajv';
import { bcryptHash } from '../security/hashing/passwordHasher.js';
import { normalizeEmail } from '../domain/emailAddress.js';
import { formatFault, textFormats } from '../domain/textFormats.js';
import type { ImportedUser } from '../domain/user.js';
import type { Store } from '../repositories/store.js';

interface ImportedBatch {
  imported: number;
  /** Lines start at 1. */
  refused: { line: number; reason: string }[];
}

interface ImportRules {
  /** The field schemas of a sign-up. */
  schemas: Readonly<Record<'email' | 'first_name' | 'last_name', object>>;
  /** Maximum bcrypt cost: a more expensive hash would slow the server, and reveal accounts by its time. */
  highestCost: number;
}

interface ImportLine {
  email: string;
  first_name: string;
  last_name: string;
  password_hash: string;
  is_active?: boolean;
  email_verified?: boolean;
}

/** A line with its account, or with the reason for refusing it. */
interface ReadLine {
  line: number;
  user: ImportedUser | string;
}

const batchSize = 500;

/**
 * Imports accounts of another system with their password hashes, from lines of JSON. Refuses invalid lines. Existing accounts
 * do not change, so an interrupted import can be repeated.
 */
export async function* importUsers(
  store: Pick<Store, 'users'>,
  lines: AsyncIterable<string>,
  rules: ImportRules,
): AsyncGenerator<ImportedBatch> {
  const read = lineReader(rules);
  const batch: ReadLine[] = [];
  let line = 0;
  for await (const text of lines) {
    line += 1;
    if (text.trim() === '') continue;
    batch.push({ line, user: read(text) });
    if (batch.length === batchSize) yield await insert(store, batch.splice(0));
  }
  if (batch.length > 0) yield await insert(store, batch);
}

async function insert({ users }: Pick<Store, 'users'>, batch: readonly ReadLine[]): Promise<ImportedBatch> {
  const valid = batch.map(({ user }) => user).filter((user) => typeof user !== 'string');
  const inserted = new Set(await users.insertMany(valid));
  const refused: ImportedBatch['refused'] = [];
  for (const { line, user } of batch) {
    if (typeof user === 'string') refused.push({ line, reason: user });
    // The first of two lines with the same address wins.
    else if (!inserted.delete(user.email)) refused.push({ line, reason: 'the address already has an account' });
  }
  return { imported: batch.length - refused.length, refused };
}

function toUser(line: ImportLine): ImportedUser {
  return {
    email: normalizeEmail(line.email),
    firstName: line.first_name,
    lastName: line.last_name,
    passwordHash: line.password_hash,
    isActive: line.is_active ?? true,
    emailVerifiedAt: line.email_verified ? new Date() : null,
  };
}

/** What is wrong with a line, in the words of our own formats where it breaks one of them. */
function faultsOf(errors: readonly ErrorObject[]): string {
  const faults = errors.map(({ instancePath, message, data, params }) => {
    const { additionalProperty: field, format = '' } = params as { additionalProperty?: string; format?: string };
    const own = formatFault(format, data);
    return `${instancePath} ${own ?? message ?? ''}${field === undefined ? '' : ` (${field})`}`.trim();
  });
  return faults.join(', ');
}

/** Returns a function that reads the account on a line, or tells the reason for refusing it. */
function lineReader({ schemas, highestCost }: ImportRules): (text: string) => ImportedUser | string {
  const ajv = new Ajv({ allErrors: true, verbose: true, strict: false, formats: textFormats });
  const isLine = ajv.compile<ImportLine>({
    type: 'object',
    additionalProperties: false,
    required: ['email', 'first_name', 'last_name', 'password_hash'],
    properties: {
      ...schemas,
      password_hash: { type: 'string' },
      is_active: { type: 'boolean' },
      email_verified: { type: 'boolean' },
    },
  });
  return (text) => {
    if (text.includes('\uFFFD')) return 'is not in UTF-8, or contains U+FFFD';
    let value: unknown;
    try {
      value = JSON.parse(text);
    } catch {
      return 'is not JSON';
    }
    if (!isLine(value)) return faultsOf(isLine.errors ?? []);
    const { password_hash: passwordHash } = value;
    if (!bcryptHash.test(passwordHash) || Number(passwordHash.slice(4, 6)) > highestCost) {
      return `/password_hash must be bcrypt, $2a$, $2b$ or $2y$, with a cost of at most ${highestCost}`;
    }
    return toUser(value);
  };
}
