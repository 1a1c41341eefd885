/** Normalises an email address: trimmed, lower case, NFC. The database refuses any other form. */
export function normalizeEmail(address: string): string {
  return address.trim().toLowerCase().normalize('NFC');
}
