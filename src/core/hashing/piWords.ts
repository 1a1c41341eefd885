/** Bits beyond those that are wanted, for what is cut off on the way. */
const guardBits = 64n;

/**
 * The first binary places of pi behind the point, in words of 32 bits: what Blowfish starts from. They are computed by
 * the series of D. and G. Chudnovsky (1988), each term of which brings 47 places; for the 1,042 words it takes some ms.
 */
export function piWords(count: number): Uint32Array {
  const one = 1n << (BigInt(32 * count) + guardBits);
  let [term, sum, weightedSum] = [one, one, 0n];
  for (let k = 1n; term !== 0n; k += 1n) {
    term = (-term * (6n * k - 5n) * (2n * k - 1n) * (6n * k - 1n)) / (k ** 3n * 10_939_058_860_032_000n);
    sum += term;
    weightedSum += k * term;
  }
  const pi = (426_880n * squareRoot(10_005n * one * one) * one) / (13_591_409n * sum + 545_140_134n * weightedSum);
  const places = (pi - 3n * one) >> guardBits;
  const hex = places.toString(16).padStart(8 * count, '0');
  return Uint32Array.from({ length: count }, (_, index) => parseInt(hex.slice(8 * index, 8 * index + 8), 16));
}

/** The whole part of a square root, by Newton's method from above. */
function squareRoot(square: bigint): bigint {
  let root = 1n << BigInt(square.toString(16).length * 2);
  for (;;) {
    const better = (root + square / root) >> 1n;
    if (better >= root) return root;
    root = better;
  }
}
