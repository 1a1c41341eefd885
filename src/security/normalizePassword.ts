/**
 * The form of a password that is hashed and checked: NFC, in which keyboards that compose characters differently agree (NIST SP
 * 800-63B-4, section 3.1.1.2).
 */
export function normalizePassword(password: string): string {
  return password.normalize('NFC');
}
