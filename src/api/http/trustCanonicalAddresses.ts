import type { Express } from 'express';
import { canonicalAddress } from '../../domain/canonicalAddress.js';

/** Express's `trust proxy` as a function: hop 0 is the peer itself. */
export type IsTrustedProxy = (address: string, hop: number) => boolean;

/** Makes Express recognise a trusted proxy that another proxy names with its port. Call it after setting `trust proxy`. */
export function trustCanonicalAddresses(app: Express): void {
  const { 'trust proxy fn': isTrusted } = app.settings as { 'trust proxy fn': IsTrustedProxy };
  app.set('trust proxy', (address: string, hop: number) => isTrusted(canonicalAddress(address), hop));
}
