/**
 * The form in which e-mail addresses are compared, kept and shown: without surrounding space, in lower case, in
 * Unicode's NFC. The database refuses any other.
 */
export function normalizeEmail(address: string): string {
  return address.trim().toLowerCase().normalize('NFC');
}
