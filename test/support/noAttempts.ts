import { randomBytes } from 'node:crypto';
import type { Settlement } from '../../src/repositories/attemptRepository.js';

/** Settles nothing: there were no such attempts. */
export function noAttempts(): Settlement {
  return { takeBack: [], forget: randomBytes(32) };
}
