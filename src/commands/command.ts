import type { Config } from '../config/config.js';
import type { Store } from '../repositories/store.js';
import type { ActionTokens } from '../security/actionTokens.js';
import type { PasswordHasher } from '../security/hashing/passwordHasher.js';
import type { GuessGuard } from '../services/guessGuard.js';

/** What commands work with. */
export interface Tools {
  config: Config;
  store: Store;
  hasher: PasswordHasher;
  actionTokens: ActionTokens;
  guard: GuessGuard;
}

/** A command of `npm run admin`. */
export interface Command {
  /** How to call it, with examples. */
  help: string;
  /** Whether it takes these words. */
  takes: (words: Words) => boolean;
  /** Whether it takes --verified. */
  takesVerified?: boolean;
  /** Whether it works on the tables of earlier versions, without migrating them. */
  takesOldTables?: boolean;
  /** @returns its exit code */
  run: (words: Words, tools: Tools) => Promise<number>;
}

/** The words after `npm run admin --`. */
export interface Words {
  name: string;
  argument: string;
  others: string[];
  isVerified: boolean;
  isHelp: boolean;
}

/** Whether there is one argument. */
export const takesOne = ({ argument, others }: Words): boolean => argument !== '' && others.length === 0;
