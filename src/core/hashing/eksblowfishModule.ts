import { layout } from './eksblowfishLayout.cjs';
import {
  add,
  and,
  constant,
  get,
  load,
  repeat,
  set,
  shiftLeft,
  shiftRight,
  store,
  writeModule,
  xor,
} from './wasmWriter.js';
import type { Code } from './wasmWriter.js';

/*
 * bcrypt's costly part, the key schedule of Blowfish, for one password or for two at once.
 *
 * Each of its steps waits for what the one before has looked up in a table, and so does the processor, which could do three
 * times as much. Two passwords, step by step in turn, take hardly longer than one, so that a core hashes nearly twice as many.
 * With three there are more values than a processor has registers.
 *
 * No package does this, and JavaScript's compiler keeps too few values in registers for it: two in turn bring a sixth. As
 * WebAssembly, which the lines below write, it is 1.5 KB, runs wherever Node does, and is as fast as C for one password and
 * for two. docs/performance.md has the measurements; N. Provos and D. Mazieres, "A Future-Adaptable Password Scheme" (1999),
 * says what is computed.
 */

/** The locals of each function. The first counts down how often there is something to do. */
const times = 0;
const place = 1;
const step = 2;
const swapped = 3;
const left = [4, 5] as const;
const right = [6, 7] as const;
const locals = 8;

type Lane = 0 | 1;

const startOf = (lane: Lane): number => lane * layout.laneBytes;

/** Blowfish's F: each of the four bytes of a half looks up a word. */
function f(lane: Lane, half: number): Code {
  const table = startOf(lane) + layout.tables;
  const word = (index: number, address: Code): Code => load(address, table + index * layout.tableBytes);
  const timesFour = (shift: number): Code => and(shiftRight(get(half), shift - 2), constant(0x3fc));
  const first = word(0, shiftLeft(shiftRight(get(half), 24), 2));
  const second = word(1, timesFour(16));
  const third = word(2, timesFour(8));
  const fourth = word(3, shiftLeft(and(get(half), constant(0xff)), 2));
  return add(xor(add(first, second), third), fourth);
}

/** Enciphers the block of each of these lanes: 16 rounds, two at a time. */
function encipher(lanes: readonly Lane[]): Code {
  const subkey = (lane: Lane, index: number, address: Code): Code =>
    load(address, startOf(lane) + layout.subkeys + 4 * index);
  const round = (lane: Lane, half: number, other: number, index: number): Code =>
    set(half, xor(xor(get(half), subkey(lane, index, get(step))), f(lane, other)));
  return [
    lanes.map((lane) => set(left[lane], xor(get(left[lane]), subkey(lane, 0, constant(0))))),
    set(step, constant(0)),
    repeat(step, 8, 64, [
      lanes.map((lane) => round(lane, right[lane], left[lane], 1)),
      lanes.map((lane) => round(lane, left[lane], right[lane], 2)),
    ]),
    lanes.map((lane) => [
      set(swapped, xor(get(right[lane]), subkey(lane, 17, constant(0)))),
      set(right[lane], get(left[lane])),
      set(left[lane], get(swapped)),
    ]),
  ];
}

const storeBlock = (lane: Lane, address: Code, offset: number): Code => [
  store(address, startOf(lane) + offset, get(left[lane])),
  store(address, startOf(lane) + offset + 4, get(right[lane])),
];

/** Enciphers the block in a lane's memory, again and again. */
function encipherBlock(lane: Lane): Code {
  const half = (index: number): Code => load(constant(0), startOf(lane) + layout.block + 4 * index);
  return [
    set(left[lane], half(0)),
    set(right[lane], half(1)),
    repeat(times, -1, 0, encipher([lane])),
    storeBlock(lane, constant(0), layout.block),
  ];
}

/** Mixes the key, or the salt, into the state: it is replaced by what zeros become when they are enciphered on and on. */
function mixIn(lanes: readonly Lane[], data: number): Code {
  const mixed = (lane: Lane): Code => {
    const subkeys = startOf(lane) + layout.subkeys;
    return store(get(place), subkeys, xor(load(get(place), subkeys), load(get(place), startOf(lane) + data)));
  };
  return [
    set(place, constant(0)),
    repeat(place, 4, layout.subkeyBytes, lanes.map(mixed)),
    lanes.map((lane) => [set(left[lane], constant(0)), set(right[lane], constant(0))]),
    set(place, constant(0)),
    repeat(place, 8, layout.stateBytes, [
      encipher(lanes),
      lanes.map((lane) => storeBlock(lane, get(place), layout.subkeys)),
    ]),
  ];
}

const mix = (lanes: readonly Lane[]): Code =>
  repeat(times, -1, 0, [mixIn(lanes, layout.key), mixIn(lanes, layout.salt)]);

/**
 * The module, as bytes: `encipher0` and `encipher1` encipher the block of a lane, `mixOne` and `mixBoth` mix key and salt into
 * the state of the first lane or of both, each as often as it is told.
 */
export function eksblowfishModule(): Uint8Array {
  const functions = {
    encipher0: encipherBlock(0),
    encipher1: encipherBlock(1),
    mixOne: mix([0]),
    mixBoth: mix([0, 1]),
  };
  return writeModule(functions, locals);
}
