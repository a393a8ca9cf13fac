// The flash controller: bits only ever clear, sectors erase whole, protection holds, and every fault shows as it should.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { buildFlashContent } from '../../src/bench/flash/flash-content.ts';
import { BusFault, FLASH_ERROR_FLAGS, FlashMemory, flashStatusFlags } from '../../src/bench/flash/flash-memory.ts';
import {
  FLASH_BASE,
  FLASH_END_ADDRESS,
  findFlashSector,
  stm32f205Sectors,
} from '../../src/bench/flash/flash-sectors.ts';

const PART_1 = 0x0802_0000;

describe('flash', () => {
  it('has the sectors of an STM32F205', () => {
    expect(FLASH_END_ADDRESS - FLASH_BASE).toBe(1 << 20);
    expect(stm32f205Sectors.map((sector) => sector.sizeBytes / 1024)).toEqual([
      16, 16, 16, 16, 64, 128, 128, 128, 128, 128, 128, 128,
    ]);
    expect(findFlashSector(0x0805_ffff)?.number).toBe(6);
    expect(findFlashSector(FLASH_END_ADDRESS)).toBeUndefined();
  });

  it('holds the AND of everything programmed since the last erase', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 0xffff_ffff }), { minLength: 1, maxLength: 8 }), (words) => {
        const flash = new FlashMemory();
        for (const word of words) flash.programWord(PART_1, word);
        const expected = words.reduce((held, word) => held & word, 0xffff_ffff) >>> 0;
        expect(new DataView(flash.read(PART_1, 4).buffer).getUint32(0, true)).toBe(expected);
      }),
    );
  });

  it('never writes into content that other boards share', () => {
    const content = buildFlashContent([{ address: PART_1, bytes: Uint8Array.of(1, 2, 3, 4) }]);
    const [one, other] = [new FlashMemory(content), new FlashMemory(content)];
    one.programWord(PART_1, 0);
    one.forceBytes(PART_1 + 4, Uint8Array.of(9));
    expect([...one.read(PART_1, 5)]).toEqual([0, 0, 0, 0, 9]);
    expect([...other.read(PART_1, 5)]).toEqual([1, 2, 3, 4, 0xff]);
    one.eraseSector(5);
    expect([...one.read(PART_1, 4)]).toEqual([255, 255, 255, 255]);
    expect([...other.read(PART_1, 4)]).toEqual([1, 2, 3, 4]);
  });

  it('refuses to touch a write-protected sector', () => {
    const flash = new FlashMemory();
    flash.programOptionBytes({ nWrp: 0xfff & ~(1 << 5) });
    flash.programWord(PART_1, 0);
    expect(flash.statusFlags).toBe(flashStatusFlags.writeProtectionError);
    flash.clearStatusFlags(FLASH_ERROR_FLAGS);
    flash.eraseSector(5);
    expect(flash.statusFlags & FLASH_ERROR_FLAGS).toBe(flashStatusFlags.writeProtectionError);
    expect(flash.isBlank(stm32f205Sectors[5]!)).toBe(true);
  });

  it('erases everything when read protection is taken off, and never leaves level 2', () => {
    const flash = new FlashMemory(buildFlashContent([{ address: PART_1, bytes: Uint8Array.of(1) }]));
    flash.programOptionBytes({ rdp: 0x55 });
    expect(flash.read(PART_1, 1)[0]).toBe(1);
    expect(flash.programOptionBytes({ rdp: 0xaa }).busyMs).toBeGreaterThan(8000);
    expect(flash.read(PART_1, 1)[0]).toBe(0xff);
    flash.programOptionBytes({ rdp: 0xcc });
    flash.programOptionBytes({ rdp: 0xaa });
    expect(flash.optionBytes.rdp).toBe(0xcc);
  });

  it('stays busy after a hang until the chip is reset', () => {
    const flash = new FlashMemory();
    flash.injectEraseFault(5, { kind: 'hang' }, 1);
    expect(flash.eraseSector(5).stuck).toBe(true);
    expect(flash.statusFlags & flashStatusFlags.busy).not.toBe(0);
    flash.reset();
    expect(flash.statusFlags).toBe(0);
    expect(flash.eraseSector(5).stuck).toBe(false);
  });

  it('leaves the rest of a block alone after the word that failed', () => {
    const flash = new FlashMemory();
    flash.injectProgramFault(PART_1 + 8, { kind: 'operr' });
    flash.programBytes(PART_1, new Uint8Array(16));
    expect([...flash.read(PART_1, 12)]).toEqual([0, 0, 0, 0, 0, 0, 0, 0, 255, 255, 255, 255]);
    expect(flash.read(PART_1 + 12, 4)[0]).toBe(255);
    expect(flash.statusFlags).toBe(flashStatusFlags.operationError);
  });

  it('lets a weak cell be healed by writing again, when it fails only once', () => {
    const flash = new FlashMemory();
    flash.injectProgramFault(PART_1, { kind: 'flip', mask: 1 }, 1);
    flash.programWord(PART_1, 0);
    expect(flash.read(PART_1, 1)[0]).toBe(1);
    flash.programWord(PART_1, 0);
    expect(flash.read(PART_1, 1)[0]).toBe(0);
  });

  it('faults the bus outside, telling how far it came', () => {
    const flash = new FlashMemory();
    expect(() => flash.read(FLASH_END_ADDRESS - 4, 8)).toThrow(BusFault);
    expect(() => flash.programBytes(FLASH_END_ADDRESS - 4, new Uint8Array(8))).toThrow(
      expect.objectContaining({ doneBytes: 4 }),
    );
    expect(flash.read(FLASH_END_ADDRESS - 4, 4)[0]).toBe(0);
  });
});
