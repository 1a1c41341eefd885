import { Ajv } from 'ajv';
import { bcryptHash } from '../security/hashing/passwordHasher.js';
import { normalizeEmail } from '../domain/emailAddress.js';
import type { ImportedUser } from '../domain/user.js';
import type { Store } from '../repositories/store.js';

export interface RefusedLine {
  /** Starts at 1. */
  line: number;
  reason: string;
}

export interface ImportCount {
  imported: number;
  refused: number;
}

/** One line of the import file. */
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

/** The field schemas of a sign-up. */
type FieldSchemas = Readonly<Record<'email' | 'first_name' | 'last_name', object>>;

/** Accounts per INSERT. */
const batchSize = 500;

/** Imports accounts of another system with their password hashes. */
export class UserImport {
  private readonly isLine;
  private readonly ajv = new Ajv({ allErrors: true, strict: false });

  /** @param highestCost maximum bcrypt cost: a more expensive hash would slow the server, and reveal accounts by its time */
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
   * Imports accounts from lines of JSON and skips invalid lines. Existing accounts do not change, so an interrupted import
   * can be repeated.
   * @param onRefusal called for each line that was not imported
   * @param onProgress called after each batch
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
      // The first of two lines with the same address wins.
      if (free.delete(user.email)) imported += 1;
      else refuse(line, 'the address already has an account');
    }
    return imported;
  }

  /** The account on a line, or the reason for refusing it. */
  private read(text: string): ImportedUser | string {
    let value: unknown;
    try {
      value = JSON.parse(text);
    } catch {
      return 'is not JSON';
    }
    if (!this.isLine(value)) return this.ajv.errorsText(this.isLine.errors, { dataVar: '' });
    const hash = value.password_hash;
    if (!bcryptHash.test(hash) || Number(hash.slice(4, 6)) > this.highestCost) {
      return `/password_hash must be bcrypt, $2a$, $2b$ or $2y$, with a cost of at most ${this.highestCost}`;
    }
    return {
      email: normalizeEmail(value.email),
      firstName: value.first_name,
      lastName: value.last_name,
      passwordHash: hash,
      isActive: value.is_active ?? true,
      emailVerifiedAt: value.email_verified ? new Date() : null,
    };
  }
}
