// The interpreter of the debug port: small programs assembled by hand, and its arithmetic held against exact numbers.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addWithCarry, shiftValue } from '../../../src/bench/debug-port/thumb-alu.ts';
import { type ThumbBus, ThumbInterpreter } from '../../../src/bench/debug-port/thumb-interpreter.ts';

const MEMORY_BYTES = 256;

function machine(...halfwords: readonly number[]): {
  readonly thumb: ThumbInterpreter;
  readonly memory: DataView;
  run(limit?: number): string;
} {
  const memory = new DataView(new ArrayBuffer(MEMORY_BYTES));
  halfwords.forEach((value, at) => {
    memory.setUint16(at * 2, value, true);
  });
  const bus: ThumbBus = {
    read: (address, size) =>
      size === 1
        ? memory.getUint8(address)
        : size === 2
          ? memory.getUint16(address, true)
          : memory.getUint32(address, true),
    write: (address, size, value) => {
      if (size === 1) memory.setUint8(address, value);
      else if (size === 2) memory.setUint16(address, value, true);
      else memory.setUint32(address, value, true);
    },
  };
  const thumb = new ThumbInterpreter(bus);
  const run = (limit = 1_000): string => {
    for (let count = 0; count < limit; count += 1) {
      const end = thumb.stepInstruction();
      if (end !== 'done') return end;
    }
    return 'running';
  };
  return { thumb, memory, run };
}

const BKPT = 0xbe00;

describe('Thumb code', () => {
  it('adds up in a loop and stops at its breakpoint', () => {
    // movs r0, #5; movs r1, #0; loop: adds r1, r1, r0; subs r0, #1; bne loop
    const { thumb, run } = machine(0x2005, 0x2100, 0x1809, 0x3801, 0xd1fc, BKPT);
    expect(run()).toBe('breakpoint');
    expect(thumb.registers[1]).toBe(15);
  });

  it.each([
    [2, 1],
    [3, 7],
  ])('does what an IT block says, also when it is left in the middle (%i)', (r0, expected) => {
    // cmp r0, #3; ite lt; movlt r2, #1; movge r2, #7
    const { thumb, run } = machine(0x2803, 0xbfb4, 0x2201, 0x2207, BKPT);
    thumb.registers[0] = r0;
    thumb.stepInstruction();
    thumb.stepInstruction();
    const { status } = thumb;
    thumb.status = 0;
    thumb.status = status;
    expect(run()).toBe('breakpoint');
    expect(thumb.registers[2]).toBe(expected);
  });

  it('copies halfwords with pointers that move on', () => {
    // ldrh.w r6, [r7], #2; strh.w r6, [r2], #2; subs r3, #1; bne.n to the start
    const { thumb, memory, run } = machine(0xf837, 0x6b02, 0xf822, 0x6b02, 0x3b01, 0xd1f9, BKPT);
    for (let at = 0; at < 4; at += 1) memory.setUint16(0x80 + at * 2, 0x1111 * (at + 1), true);
    thumb.registers.set([0xa0, 4], 2);
    thumb.registers[7] = 0x80;
    expect(run()).toBe('breakpoint');
    expect([0, 1, 2, 3].map((at) => memory.getUint16(0xa0 + at * 2, true))).toEqual([0x1111, 0x2222, 0x3333, 0x4444]);
  });

  it('reads constants beside its code, shifts and combines them', () => {
    // ldr r0, [pc, #8]; eor.w r1, r0, r0, lsl #8; tst.w r0, #0x10000; it ne; movne r2, #1; bkpt; (pad); constant
    const { thumb, run } = machine(0x4802, 0xea80, 0x2100, 0xf410, 0x3f80, BKPT, 0x5678, 0x1235);
    expect(run()).toBe('breakpoint');
    expect(thumb.registers[0]).toBe(0x1235_5678);
    expect(thumb.registers[1]).toBe((0x1235_5678 ^ 0x3556_7800) >>> 0);
  });

  it('stops at what it does not know, and never goes past it', () => {
    const { thumb, run } = machine(0x2001, 0xdf00, 0x2002, BKPT);
    expect(run()).toBe('unknown');
    expect(thumb.registers[0]).toBe(1);
  });
});

const word = fc.integer({ min: 0, max: 0xffff_ffff });

describe('its arithmetic', () => {
  it('adds as 33 bits do', () => {
    fc.assert(
      fc.property(word, word, fc.boolean(), (a, b, carryIn) => {
        const exact = BigInt(a) + BigInt(b) + (carryIn ? 1n : 0n);
        const signed = BigInt(a | 0) + BigInt(b | 0) + (carryIn ? 1n : 0n);
        const { value, carry, overflow } = addWithCarry(a, b, carryIn);
        expect(BigInt(value)).toBe(exact & 0xffff_ffffn);
        expect(carry).toBe(exact > 0xffff_ffffn);
        expect(overflow).toBe(signed !== BigInt.asIntN(32, signed));
      }),
    );
  });

  it('shifts as exact numbers do, by any amount', () => {
    fc.assert(
      fc.property(word, fc.integer({ min: 1, max: 40 }), (value, amount) => {
        const wide = BigInt(value);
        const by = BigInt(amount);
        expect(BigInt(shiftValue(value, 0, amount, false).value)).toBe((wide << by) & 0xffff_ffffn);
        expect(BigInt(shiftValue(value, 1, amount, false).value)).toBe(wide >> by);
        expect(BigInt(shiftValue(value, 2, amount, false).value)).toBe(BigInt.asUintN(32, BigInt(value | 0) >> by));
        expect(shiftValue(value, 1, amount, false).carry).toBe(((wide >> (by - 1n)) & 1n) === 1n);
      }),
    );
  });
});
