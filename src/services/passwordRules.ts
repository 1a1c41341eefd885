import { readFileSync } from 'node:fs';
import { readableEmail } from '../domain/emailAddress.js';
import type { User } from '../domain/user.js';
import { InvalidInputError, PasswordRefusedError } from '../errors.js';
import { normalizePassword } from '../security/normalizePassword.js';
import type { Logger } from '../observability/logger.js';
import type { BreachedPasswords } from '../integrations/breachedPasswords.js';

export type PasswordOwner = Pick<User, 'email' | 'firstName' | 'lastName'>;

/** The 18,000 most common passwords of sufficient length, one a line. A Set of them would take 3 MB. */
const commonPasswords = readFileSync(new URL('../../generated/common-passwords.txt', import.meta.url), 'utf8');

/** In characters of the normalised password. */
const [shortest, longest] = [8, 256];
const tooShort = { message: `must NOT have fewer than ${shortest} characters`, rule: 'minLength', limit: shortest };
const tooLong = { message: `must NOT have more than ${longest} characters`, rule: 'maxLength', limit: longest };

/** Shorter parts of names are ignored. */
const shortestWord = 3;

/** The words of names and addresses, longest first. */
function wordsOf(...texts: string[]): string[] {
  const words = texts.flatMap((text) => plain(text).split(/[^\p{L}\p{N}]+/u));
  return words.filter((word) => word.length >= shortestWord).sort((one, other) => other.length - one.length);
}

function plain(text: string): string {
  return text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase();
}

function isCommon(password: string): boolean {
  return !password.includes('\n') && commonPasswords.includes(`\n${password.toLowerCase()}\n`);
}

/** Refuses passwords that are easy to guess. There are no rules about character classes. */
export class PasswordRules {
  constructor(
    private readonly appName: string,
    private readonly breached: BreachedPasswords | undefined,
    private readonly logger: Pick<Logger, 'warn'>,
  ) {}

  /**
   * @param path where the password is in the request, as a JSON pointer
   * @throws PasswordRefusedError; InvalidInputError if the normalised password is too short or too long
   */
  async assertGood(sent: string, owner: PasswordOwner, path = '/body/password'): Promise<void> {
    const password = normalizePassword(sent);
    const { length } = Array.from(password);
    if (length < shortest || length > longest) {
      throw new InvalidInputError([{ path, ...(length < shortest ? tooShort : tooLong) }]);
    }
    if (isCommon(password)) throw new PasswordRefusedError('password_too_common', path);
    if (this.isPersonal(password, owner)) throw new PasswordRefusedError('password_too_personal', path);
    if (await this.isBreached(password)) throw new PasswordRefusedError('password_breached', path);
  }

  /** Whether the password is too short without the names of its owner and of this application. */
  private isPersonal(password: string, { email, firstName, lastName }: PasswordOwner): boolean {
    const words = wordsOf(readableEmail(email), firstName, lastName, this.appName);
    const all = plain(password);
    const rest = words.reduce((text, word) => text.replaceAll(word, ' '), all);
    return rest !== all && rest.replace(/[^\p{L}\p{N}]/gu, '').length < shortest;
  }

  /** Accepts the password if the service is unavailable. */
  private async isBreached(password: string): Promise<boolean> {
    if (!this.breached) return false;
    try {
      return await this.breached.has(password);
    } catch (error) {
      this.logger.warn({ err: error, event: 'breached_passwords_unavailable' }, 'Breached password check failed');
      return false;
    }
  }
}
