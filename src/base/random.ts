// Randomness that can be repeated: a small generator that always starts from a seed somebody can print.

/** A stream of repeatable numbers. */
export interface Random {
  /** The next number, 0 <= n < 1. */
  drawFraction(): number;
  /** A whole number, 0 <= n < limit. */
  drawInteger(limit: number): number;
  /** True with the given probability, 0 to 1. */
  drawBoolean(probability: number): boolean;
  /** One of the items; throws RangeError when there are none. */
  pick<T>(items: readonly T[]): T;
  /** A generator of its own for a named purpose, so that one purpose drawing more never shifts another. */
  fork(name: string): Random;
}

/** A generator (sfc32) whose whole sequence follows from the seed. */
export function createSeededRandom(seed: number | string): Random {
  let [a, b, c, d] = hashSeed(String(seed));
  const next = (): number => {
    const sum = (a + b + d) | 0;
    d = (d + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = ((c << 21) | (c >>> 11)) + sum;
    return (sum >>> 0) / 0x1_0000_0000;
  };
  for (let warmUp = 0; warmUp < 12; warmUp += 1) next();
  const below = (limit: number): number => Math.floor(next() * limit);
  return {
    drawFraction: next,
    drawInteger: below,
    drawBoolean: (probability) => next() < probability,
    pick: (items) => {
      if (items.length === 0) throw new RangeError('pick from nothing');
      return items[below(items.length)]!;
    },
    fork: (name) => createSeededRandom(`${seed}/${name}`),
  };
}

function hashSeed(text: string): [number, number, number, number] {
  const words = [0x9e3779b9, 0x243f6a88, 0xb7e15162, 0xdeadbeef];
  for (let at = 0; at < text.length; at += 1) {
    const lane = at & 3;
    words[lane] = Math.imul(words[lane]! ^ text.charCodeAt(at), 0x01000193) ^ (words[(lane + 1) & 3]! >>> 13);
  }
  return [words[0]! | 0, words[1]! | 0, words[2]! | 0, words[3]! | 1];
}
