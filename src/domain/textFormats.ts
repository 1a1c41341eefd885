import { asciiDomain, normalizeEmail } from './emailAddress.js';

/** Invisible characters: those that Unicode calls ignorable, Braille without dots, a null note head and two fillers. */
const invisible = /\p{Default_Ignorable_Code_Point}|\u2800|\u{1d159}|\u{16fe4}|\u{13441}/u;

/**
 * Whether mail servers accept the lengths and the domain of an address (RFC 5321, section 4.5.3.1, and RFC 1035), and people see
 * all of it. Mail servers count bytes of the form that is stored. The pattern and the maximum length of the schema check the rest.
 */
export function isDeliverable(address: string): boolean {
  // The conversion of a long domain would take long.
  if (!address.includes('@') || Array.from(address).length > 254) return true;
  const text = normalizeEmail(address);
  const at = text.lastIndexOf('@');
  const local = text.slice(0, at);
  const localLength = Buffer.byteLength(local);
  const domain = asciiDomain(text.slice(at + 1));
  return domain !== undefined && localLength <= 64 && localLength + 1 + domain.length <= 254 && !invisible.test(local);
}

/** Whether a text shows anything. */
export function hasVisibleCharacter(text: string): boolean {
  const withoutInvisible = text.replace(new RegExp(invisible, 'gu'), '');
  return /[^\s\p{Cc}\p{Cf}\p{Cs}\p{Noncharacter_Code_Point}]/u.test(withoutInvisible);
}

/** The formats of the description that its validators have to be told. */
export const textFormats = { 'idn-email': isDeliverable, 'visible-text': hasVisibleCharacter };
