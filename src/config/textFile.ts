import { isUtf8 } from 'node:buffer';
import { createReadStream, readFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { createInterface } from 'node:readline';

/** Editors and shells of Windows write UTF-16 with this mark, and UTF-8 with its own. */
const utf16Mark = Buffer.from([0xff, 0xfe]);

const encodingOf = (bytes: Uint8Array) => (utf16Mark.equals(bytes.subarray(0, 2)) ? 'utf16le' : 'utf8');

/**
 * Reads a text in UTF-8, or in UTF-16 LE with a byte order mark. The mark is not part of the text.
 * @throws TypeError for text in another encoding
 */
export function readTextFile(path: string): string {
  const bytes = readFileSync(path);
  const encoding = encodingOf(bytes);
  if (encoding === 'utf8' && !isUtf8(bytes)) {
    throw new TypeError('it is neither in UTF-8 nor in UTF-16 LE with a byte order mark');
  }
  return bytes.toString(encoding).replace(/^\uFEFF/, '');
}

/**
 * Reads such a text line by line. Bytes in another encoding become the character U+FFFD.
 * @throws a system error, such as ENOENT
 */
export async function* readTextLines(path: string): AsyncGenerator<string> {
  const input = createReadStream(path, { encoding: await encodingOfFile(path) });
  let isFirst = true;
  for await (const line of createInterface({ input, crlfDelay: Infinity })) {
    yield isFirst ? line.replace(/^\uFEFF/, '') : line;
    isFirst = false;
  }
}

async function encodingOfFile(path: string): Promise<'utf8' | 'utf16le'> {
  const file = await open(path);
  try {
    const { buffer } = await file.read(Buffer.alloc(2), 0, 2, 0);
    return encodingOf(buffer);
  } finally {
    await file.close();
  }
}
