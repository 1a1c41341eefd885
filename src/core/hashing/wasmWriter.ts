/*
 * Writes WebAssembly, version 1, as far as `eksblowfishModule.ts` uses it: https://webassembly.github.io/spec/core/binary/.
 * Every value is an i32.
 */

/** Instructions, or what a module has beside them: bytes, in lists that are put one after the other. */
export type Code = number | readonly Code[];

/** LEB128, signed. What the format has unsigned reads the same below 2^31. */
function integer(value: number): Code {
  const byte = value & 0x7f;
  const rest = value >> 7;
  const sign = byte & 0x40 ? -1 : 0;
  return rest === sign ? byte : [byte | 0x80, integer(rest)];
}

/** A number. */
export const constant = (value: number): Code => [0x41, integer(value)];
/** What a local holds. */
export const get = (local: number): Code => [0x20, integer(local)];
/** Gives a local this value. */
export const set = (local: number, value: Code): Code => [value, 0x21, integer(local)];

/** The word at `address + offset` of the memory. */
export const load = (address: Code, offset: number): Code => [address, 0x28, 2, integer(offset)];
/** Puts a word at `address + offset` of the memory. */
export const store = (address: Code, offset: number, value: Code): Code => [address, value, 0x36, 2, integer(offset)];

/** The sum, without what is beyond 32 bits. */
export const add = (left: Code, right: Code): Code => [left, right, 0x6a];
/** The bits that both have. */
export const and = (left: Code, right: Code): Code => [left, right, 0x71];
/** The bits that one of both has. */
export const xor = (left: Code, right: Code): Code => [left, right, 0x73];
/** The bits so many places further up. */
export const shiftLeft = (value: Code, bits: number): Code => [value, constant(bits), 0x74];
/** The bits so many places further down, with zeros above, whatever the sign was. */
export const shiftRight = (value: Code, bits: number): Code => [value, constant(bits), 0x76];

/** Does `body`, grows `local` by `step`, and begins again until it is `end`: at least once, from what `local` is before. */
export const repeat = (local: number, step: number, end: number, body: Code): Code => [
  [0x03, 0x40, body],
  set(local, add(get(local), constant(step))),
  [get(local), constant(end), 0x47, 0x0d, 0, 0x0b],
];

function bytesOf(code: Code): number[] {
  return ([code] as unknown[]).flat(Infinity) as number[];
}

function withLength(code: Code): Code {
  const bytes = bytesOf(code);
  return [integer(bytes.length), bytes];
}

const list = (items: readonly Code[]): Code => [integer(items.length), items];
const section = (id: number, items: readonly Code[]): Code => [id, withLength(list(items))];
const text = (value: string): Code => withLength([...Buffer.from(value)]);

/**
 * A module that exports 64 KiB of `memory` and these functions. Each takes one number, its local 0, and gives nothing back.
 * @param functions their code, by name
 * @param locals how many each of them has
 */
export function writeModule(functions: Readonly<Record<string, Code>>, locals: number): Uint8Array {
  const [names, codes] = [Object.keys(functions), Object.values(functions)];
  const exported = names.map((name, index): Code => [text(name), 0, integer(index)]);
  const bodies = codes.map((code) => withLength([list([[integer(locals - 1), 0x7f]]), code, 0x0b]));
  return Uint8Array.from(
    bytesOf([
      [...Buffer.from('\0asm'), 1, 0, 0, 0],
      section(1, [[0x60, list([0x7f]), list([])]]),
      section(
        3,
        codes.map(() => 0),
      ),
      section(5, [[0, 1]]),
      section(7, [...exported, [text('memory'), 2, 0]]),
      section(10, bodies),
    ]),
  );
}
