import { createHash } from 'node:crypto';
import type { MailKind } from '../domain/mail.js';
import type { MailLimits } from '../repositories/requestedMailRepository.js';
import type { TransactionStore } from '../repositories/store.js';

const ordinary: MailLimits = { perHour: 5, perDay: 20, perDayAndNetwork: 5 };

/** No hourly limit for sign-ups: strangers on one network could use up the mails that the owner needs. */
const signUp: MailLimits = { ...ordinary, perHour: ordinary.perDay };

/**
 * Counts a requested mail, and returns whether it may be sent.
 * @param network hex SHA-256 of the requesting network
 */
export async function admitMail(
  { requestedMails }: Pick<TransactionStore, 'requestedMails'>,
  { kind, email, network }: { kind: MailKind | 'signUp'; email: string; network: string },
): Promise<boolean> {
  const recipient = createHash('sha256').update(`${kind} ${email}`).digest();
  return requestedMails.admit(recipient, Buffer.from(network, 'hex'), kind === 'signUp' ? signUp : ordinary);
}
