import { Ajv } from 'ajv';
import { bcryptHash } from '../security/hashing/passwordHasher.js';
import { normalizeEmail } from '../domain/emailAddress.js';
import type { ImportedUser } from '../domain/user.js';
import type { Store } from '../repositories/store.js';

/** A line that was not imported, and why. */
export interface RefusedLine {
  /** From 1. */
  line: number;
  reason: string;
}

/** How far an import is, or what came of it. */
export interface ImportCount {
  imported: number;
  refused: number;
}

/** One line, as it is written. */
interface ImportLine {
  email: string;
  first_name: string;
  last_name: string;
  password_hash: string;
  is_active?: boolean;
  email_verified?: boolean;
}

interface Candidate {
  line: number;
  user: ImportedUser;
}

/** Schemas of fields, by their names; those of a sign-up. */
type FieldSchemas = Readonly<Record<'email' | 'first_name' | 'last_name', object>>;

/** So many accounts go into one statement. */
const batchSize = 500;

/** Brings accounts from another system, with their password hashes. */
export class UserImport {
  private readonly isLine;
  private readonly ajv = new Ajv({ allErrors: true, strict: false });

  /**
   * @param schemas what holds for the fields of a sign-up holds here too
   * @param highestCost of bcrypt: a dearer hash would keep the server busy, and tell by its time that there is an account
   */
  constructor(
    private readonly store: Pick<Store, 'users'>,
    schemas: FieldSchemas,
    private readonly highestCost: number,
  ) {
    this.isLine = this.ajv.compile<ImportLine>({
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
  }

  /**
   * Imports accounts, one JSON object a line, and goes on after a line that is refused. Accounts that exist already stay
   * as they are, so that an import that was broken off can be started again.
   * @param onRefusal is told of each line that was not imported
   * @param onProgress is told after every so many lines
   */
  async run(
    lines: AsyncIterable<string>,
    onRefusal: (refusal: RefusedLine) => void,
    onProgress: (count: ImportCount) => void,
  ): Promise<ImportCount> {
    const count = { imported: 0, refused: 0 };
    const refuse = (line: number, reason: string): void => {
      count.refused += 1;
      onRefusal({ line, reason });
    };
    let batch: Candidate[] = [];
    let line = 0;
    const flush = async (): Promise<void> => {
      count.imported += await this.insert(batch, refuse);
      batch = [];
      onProgress({ ...count });
    };
    for await (const text of lines) {
      line += 1;
      if (text.trim() === '') continue;
      const user = this.read(text);
      if (typeof user === 'string') refuse(line, user);
      else batch.push({ line, user });
      if (batch.length === batchSize) await flush();
    }
    if (batch.length > 0) await flush();
    return count;
  }

  private async insert(batch: readonly Candidate[], refuse: (line: number, reason: string) => void): Promise<number> {
    const free = new Set(await this.store.users.insertMany(batch.map(({ user }) => user)));
    let imported = 0;
    for (const { line, user } of batch) {
      // Of two lines with one address, the first was taken.
      if (free.delete(user.email)) imported += 1;
      else refuse(line, 'the address has an account already');
    }
    return imported;
  }

  /** The account on a line, or the reason why there is none. */
  private read(text: string): ImportedUser | string {
    let value: unknown;
    try {
      value = JSON.parse(text);
    } catch {
      return 'is not JSON';
    }
    if (!this.isLine(value)) return this.ajv.errorsText(this.isLine.errors, { dataVar: '' });
    if (!isKnownHash(value.password_hash, this.highestCost)) {
      return `/password_hash must be bcrypt, $2a$, $2b$ or $2y$, of a cost of ${this.highestCost} at most`;
    }
    return {
      email: normalizeEmail(value.email),
      firstName: value.first_name,
      lastName: value.last_name,
      passwordHash: value.password_hash,
      isActive: value.is_active ?? true,
      emailVerifiedAt: value.email_verified ? new Date() : null,
    };
  }
}

function isKnownHash(hash: string, highestCost: number): boolean {
  return bcryptHash.test(hash) && Number(hash.slice(4, 6)) <= highestCost;
}
