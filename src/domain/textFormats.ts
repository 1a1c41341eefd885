import { asciiDomain } from './emailAddress.js';

/**
 * Whether mail servers accept the lengths and the domain of an address (RFC 5321, section 4.5.3.1, and RFC 1035). They count
 * bytes, and a domain in its ASCII form. The pattern and the maximum length of the schema check the rest.
 */
export function isDeliverable(address: string): boolean {
  const text = address.trim();
  const at = text.lastIndexOf('@');
  // The conversion of a long domain would take long.
  if (at < 0 || Array.from(text).length > 254) return true;
  const localLength = Buffer.byteLength(text.slice(0, at));
  const domain = asciiDomain(text.slice(at + 1));
  return domain !== undefined && localLength <= 64 && localLength + 1 + domain.length <= 254;
}

/** Whether a text shows anything. U+2800 is a Braille pattern without dots. */
export function hasVisibleCharacter(text: string): boolean {
  return /[^\s\p{Cc}\p{Cf}\p{Cs}\p{Default_Ignorable_Code_Point}\u2800]/u.test(text);
}

/** The formats of the description that its validators have to be told. */
export const textFormats = { 'idn-email': isDeliverable, 'visible-text': hasVisibleCharacter };
