import { randomBytes, randomUUID } from 'node:crypto';
import type { Settlement } from '../../src/repositories/attemptRepository.js';

/** Settles nothing: there were no such attempts. */
export function noAttempts(): Settlement {
  return { takeBack: { key: randomBytes(32), id: randomUUID() }, forget: randomBytes(32) };
}
