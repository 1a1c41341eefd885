import { asciiDomain, normalizeEmail } from './emailAddress.js';

/** Invisible characters: those that Unicode calls ignorable, Braille without dots, a null note head and two fillers. */
const invisible = /\p{Default_Ignorable_Code_Point}|\u2800|\u{1d159}|\u{16fe4}|\u{13441}/u;

/** Characters that no part of an address has: whitespace, those with a meaning in mail headers, and those that nobody sees. */
const never = String.raw`\s@<>(),;:"[\]\\\p{Cc}\p{Cf}\p{Cs}`;

/** Letters and digits of any script, with inner hyphens. */
const label = (() => {
  const character = String.raw`[^\s\0-\/:-@[-\x60{-\x7f\p{Cc}\p{Cf}\p{Cs}]`;
  return `${character}+(-+${character}+)*`;
})();

const newAddress = new RegExp(`^[^.${never}]+(\\.[^.${never}]+)*@${label}(\\.${label})+$`, 'u');
const knownAddress = new RegExp(`^[^${never}]{1,64}@[^.${never}]+(\\.[^.${never}]+)+$`, 'u');

const notAnAddress = 'must be an email address such as name@example.com';

/**
 * Whether mail servers accept the lengths and the domain of an address (RFC 5321, section 4.5.3.1, and RFC 1035), and people see
 * all of it. Mail servers count bytes of the form that is stored. The rest is checked by the format and the maximum length.
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

function newAddressFault(text: string): string | undefined {
  if (!newAddress.test(text.trim())) return notAnAddress;
  if (isDeliverable(text)) return undefined;
  return 'must have at most 64 bytes before the @, all of them visible, and a domain that can exist after it';
}

function knownAddressFault(text: string): string | undefined {
  return knownAddress.test(text.trim()) ? undefined : notAnAddress;
}

function personNameFault(text: string): string | undefined {
  if (/[\p{Cc}\p{Cs}]/u.test(text)) return 'must not contain control characters or half of a surrogate pair';
  return hasVisibleCharacter(text) ? undefined : 'must have a visible character';
}

function unicodeTextFault(text: string): string | undefined {
  return /[\0\p{Cs}]/u.test(text) ? 'must not contain NUL or half of a surrogate pair' : undefined;
}

/** What is wrong with a text that should have a format. The conventions of the description explain these formats. */
const faults: Readonly<Record<string, (text: string) => string | undefined>> = {
  'email-address': newAddressFault,
  'known-email-address': knownAddressFault,
  'person-name': personNameFault,
  password: unicodeTextFault,
  'unicode-text': unicodeTextFault,
};

/** The rule of a format that a text breaks, for people. Undefined if it breaks none, or if the format is not one of ours. */
export function formatFault(format: string, text: unknown): string | undefined {
  return typeof text === 'string' ? faults[format]?.(text) : undefined;
}

/** The formats of the description that its validators have to be told. */
export const textFormats = Object.fromEntries(
  Object.entries(faults).map(([name, faultOf]) => [name, (text: string) => faultOf(text) === undefined]),
);
