// Arithmetic of a Cortex-M3 as its instructions use it: sums with carry, shifts, expanded constants, and the four flags.

/** N, Z, C and V of the program status register. */
export interface Flags {
  readonly n: boolean;
  readonly z: boolean;
  readonly c: boolean;
  readonly v: boolean;
}

export interface SumResult {
  readonly value: number;
  readonly carry: boolean;
  readonly overflow: boolean;
}

/** a + b + carry on 32 bits (ARMv7-M A2.2.1, AddWithCarry). */
export function addWithCarry(a: number, b: number, carryIn: boolean): SumResult {
  const unsigned = (a >>> 0) + (b >>> 0) + (carryIn ? 1 : 0);
  const value = unsigned >>> 0;
  const signed = (a | 0) + (b | 0) + (carryIn ? 1 : 0);
  return { value, carry: unsigned > 0xffff_ffff, overflow: signed !== (value | 0) };
}

export interface ShiftResult {
  readonly value: number;
  readonly carry: boolean;
}

/** Kinds in the order of their encoding: LSL, LSR, ASR, ROR. */
export function shiftValue(value: number, kind: number, amount: number, carry: boolean): ShiftResult {
  if (amount === 0) return { value: value >>> 0, carry };
  switch (kind) {
    case 0:
      return amount > 32
        ? { value: 0, carry: false }
        : { value: amount === 32 ? 0 : (value << amount) >>> 0, carry: isBitSet(value, 32 - amount) };
    case 1:
      return amount > 32
        ? { value: 0, carry: false }
        : { value: amount === 32 ? 0 : value >>> amount, carry: isBitSet(value, amount - 1) };
    case 2: {
      const by = Math.min(amount, 32);
      return { value: (value >> Math.min(by, 31)) >>> 0, carry: isBitSet(value, by - 1) };
    }
    default: {
      const by = amount % 32;
      const turned = by === 0 ? value >>> 0 : ((value >>> by) | (value << (32 - by))) >>> 0;
      return { value: turned, carry: isBitSet(turned, 31) };
    }
  }
}

/** A shift as an instruction encodes it: LSR #0 and ASR #0 mean 32 (A7.4.2). */
export function shiftByImmediate(value: number, kind: number, amount: number, carry: boolean): ShiftResult {
  return shiftValue(value, kind, amount === 0 && (kind === 1 || kind === 2) ? 32 : amount, carry);
}

/** The constant that 12 bits of a wide instruction stand for (A5.3.2, ThumbExpandImm). */
export function expandImmediate(imm12: number, carry: boolean): ShiftResult {
  const byte = imm12 & 0xff;
  switch (imm12 >> 8) {
    case 0:
      return { value: byte, carry };
    case 1:
      return { value: byte | (byte << 16), carry };
    case 2:
      return { value: ((byte << 8) | (byte << 24)) >>> 0, carry };
    case 3:
      return { value: (byte * 0x0101_0101) >>> 0, carry };
    default:
      return shiftValue(0x80 | (imm12 & 0x7f), 3, imm12 >> 7, carry);
  }
}

/** True when the condition of a branch or an IT block holds (A7.3). */
export function isConditionMet(condition: number, { n, z, c, v }: Flags): boolean {
  const base = [z, c, n, v, c && !z, n === v, n === v && !z, true][condition >> 1]!;
  return (condition & 1) === 1 && condition !== 15 ? !base : base;
}

/** The number that the lowest `bits` bits stand for as two's complement. */
export function signExtend(value: number, bits: number): number {
  return (value << (32 - bits)) >> (32 - bits);
}

function isBitSet(value: number, at: number): boolean {
  return ((value >>> at) & 1) === 1;
}
