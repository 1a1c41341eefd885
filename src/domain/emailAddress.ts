/**
 * The form in which e-mail addresses are compared, kept and shown: without surrounding space, in Unicode's NFC, in lower
 * case. The database refuses any other.
 */
export function normalizeEmail(address: string): string {
  return address.trim().normalize('NFC').toLowerCase();
}
