import { createHash } from 'node:crypto';
import type { MailKind } from '../domain/mail.js';
import type { MailLimits } from '../repositories/requestedMailRepository.js';
import type { TransactionStore } from '../repositories/store.js';

const ordinary: MailLimits = { perHour: 5, perDay: 20, perDayAndNetwork: 5 };

/**
 * Each link of a sign-up works with one password only, so a stranger's are of no use to the owner of the address: without
 * a limit by the hour, one network cannot use up what the owner needs.
 */
const signUp: MailLimits = { ...ordinary, perHour: ordinary.perDay };

/**
 * Counts a mail that someone asks for under an address, and tells whether it may be sent.
 * @param network SHA-256 of the network address that asks, in hexadecimal
 */
export async function admitMail(
  { requestedMails }: Pick<TransactionStore, 'requestedMails'>,
  { kind, email, network }: { kind: MailKind | 'signUp'; email: string; network: string },
): Promise<boolean> {
  const recipient = createHash('sha256').update(`${kind} ${email}`).digest();
  return requestedMails.admit(recipient, Buffer.from(network, 'hex'), kind === 'signUp' ? signUp : ordinary);
}
