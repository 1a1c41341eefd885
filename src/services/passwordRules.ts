import { PasswordRefusedError } from '../errors.js';
import type { Logger } from '../observability/logger.js';
import type { BreachedPasswords } from '../integrations/breachedPasswords.js';
import { isCommonPassword } from './commonPasswords.js';

/** Whose password it is to be. */
export interface PasswordOwner {
  email: string;
  firstName: string;
  lastName: string;
}

const shortest = 8;

/** Parts of names that are too short to build a password from. */
const shortestWord = 3;

/** What a person types first: the letters and digits of their own names. */
function wordsOf(...texts: string[]): string[] {
  const words = texts.flatMap((text) => plain(text).split(/[^\p{L}\p{N}]+/u));
  return words.filter((word) => word.length >= shortestWord).sort((one, other) => other.length - one.length);
}

function plain(text: string): string {
  return text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase();
}

/** Refuses passwords that are guessed first. No rule says which characters a password has to have. */
export class PasswordRules {
  constructor(
    private readonly appName: string,
    private readonly breached: BreachedPasswords | undefined,
    private readonly logger: Pick<Logger, 'warn'>,
  ) {}

  /**
   * @param path where the password is in the request, as a JSON pointer
   * @throws PasswordRefusedError with the reason
   */
  async assertGood(password: string, owner: PasswordOwner, path = '/body/password'): Promise<void> {
    if (isCommonPassword(password)) throw new PasswordRefusedError('password_too_common', path);
    if (this.isPersonal(password, owner)) throw new PasswordRefusedError('password_too_personal', path);
    if (await this.isBreached(password)) throw new PasswordRefusedError('password_breached', path);
  }

  /** Whether too little of it is left without the names of its owner and of this application. */
  private isPersonal(password: string, { email, firstName, lastName }: PasswordOwner): boolean {
    const words = wordsOf(email, firstName, lastName, this.appName);
    const all = plain(password);
    const rest = words.reduce((text, word) => text.replaceAll(word, ' '), all);
    return rest !== all && rest.replace(/[^\p{L}\p{N}]/gu, '').length < shortest;
  }

  /** Nobody is kept out because somebody else's service does not answer. */
  private async isBreached(password: string): Promise<boolean> {
    if (!this.breached) return false;
    try {
      return await this.breached.has(password);
    } catch (error) {
      this.logger.warn(
        { err: error, event: 'breached_passwords_unavailable' },
        'Breached passwords cannot be looked up',
      );
      return false;
    }
  }
}
