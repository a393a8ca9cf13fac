// Flashing on the virtual bench: what reaches the flash, what a failure is called, and what is left alone.
import { describe, expect, it } from 'vitest';
import type { FlashOperation } from '../../../src/bench/flash/flash-memory.ts';
import { type FlashOptions, flashImage } from '../../../src/device/dfu/flash/flash-image.ts';
import type { FlashInput, FlashReport } from '../../../src/device/dfu/flash/flash-journal.ts';
import { type BenchUnit, imageBytes, photonOnBench } from './bench-unit.ts';

const PART_1 = 0x0802_0000;
const SECTOR_6 = 0x0804_0000;
const FOUNDING_SIZE = 247_052;
const POLLED_GENERATIONS = ['v0.4.4', 'v0.4.9', 'v0.5.2', 'v0.6.0', 'v0.6.3'] as const;

describe('an image', () => {
  it('is in flash, byte for byte, and proven by its read-back', async () => {
    const unit = await photonOnBench();
    const report = await flash(unit, imageAt(PART_1, FOUNDING_SIZE));
    expect(report.failure).toBeNull();
    expect(unit.board.flash.read(PART_1, FOUNDING_SIZE)).toEqual(imageBytes(FOUNDING_SIZE));
    expect(report.readBack).toMatchObject({ differentByteCount: 0 });
    expect(report.flash).toMatchObject({ skipped: false, blockCount: 61, sizeBytes: FOUNDING_SIZE });
    expect(fates(report)).toEqual({ 5: 'verified', 6: 'verified' });
    expect(report.flash.sectors.find((sector) => sector.sector === 5)!.eraseMs).toBeGreaterThan(990);
  });

  it('takes at most 3.1 transfers per block to write, with one SET_ADDRESS for all of them', async () => {
    const unit = await photonOnBench();
    const report = await flash(unit, imageAt(PART_1, FOUNDING_SIZE));
    expect(report.transfers.write / report.flash.blockCount).toBeLessThanOrEqual(3.1);
    expect(report.transfers).toEqual({ compare: 7, erase: 6, write: 3 + 3 * 61 + 1, verify: 5 + 61 });
  });

  it('that is there already is recognised and neither announced nor erased', async () => {
    const unit = await photonOnBench();
    await flash(unit, imageAt(PART_1, FOUNDING_SIZE));
    const operations = operationsOf(unit);
    const startMs = unit.clock.readMonotonicMs();
    const again = await flash(unit, imageAt(PART_1, FOUNDING_SIZE), { intend: () => Promise.reject(new Error('no')) });
    expect(again).toMatchObject({ failure: null, flash: { skipped: true }, readBack: { differentByteCount: 0 } });
    expect(fates(again)).toEqual({ 5: 'verified', 6: 'verified' });
    expect(operations).toEqual([]);
    expect(unit.clock.readMonotonicMs() - startMs).toBeLessThan(400);
  });

  it('that is there already is written all the same when asked to', async () => {
    const unit = await photonOnBench();
    await flash(unit, imageAt(PART_1, 5000));
    const operations = operationsOf(unit);
    await flash(unit, imageAt(PART_1, 5000), { keepIdentical: false });
    expect(operations.map((operation) => operation.kind)).toContain('erase');
  });

  it('that differs in one sector has only that sector erased and written', async () => {
    const unit = await photonOnBench();
    await flash(unit, imageAt(PART_1, FOUNDING_SIZE));
    const operations = operationsOf(unit);
    const changed = imageBytes(FOUNDING_SIZE);
    changed[SECTOR_6 - PART_1 + 5000]! ^= 1;
    const report = await flash(unit, { ...imageAt(PART_1, 4), segments: [{ address: PART_1, bytes: changed }] });
    expect(report.failure).toBeNull();
    expect(unit.board.flash.read(PART_1, FOUNDING_SIZE)).toEqual(changed);
    expect(operations.filter((one) => one.kind === 'erase').map((one) => one.sector.number)).toEqual([6]);
  });

  it('in several pieces has each piece at its address and the gap left erased', async () => {
    const unit = await photonOnBench();
    const segments = [
      { address: PART_1, bytes: imageBytes(10) },
      { address: 0x0806_0004, bytes: imageBytes(5001, 9) },
    ];
    const report = await flash(unit, { ...imageAt(0, 4), segments });
    expect(report.failure).toBeNull();
    expect(unit.board.flash.read(PART_1, 10)).toEqual(imageBytes(10));
    expect(unit.board.flash.read(0x0806_0004, 5001)).toEqual(imageBytes(5001, 9));
    expect(unit.board.flash.read(PART_1 + 12, 100)).toEqual(new Uint8Array(100).fill(0xff));
  });

  it('that ends with the flash is read back to the last byte and not beyond', async () => {
    const unit = await photonOnBench();
    const address = 0x0810_0000 - 6000;
    const report = await flash(unit, imageAt(address, 6000));
    expect(report.failure).toBeNull();
    expect(unit.board.flash.read(address, 6000)).toEqual(imageBytes(6000));
  });

  it('is announced once, before the first sector is erased', async () => {
    const unit = await photonOnBench();
    const operations = operationsOf(unit);
    const seen: unknown[] = [];
    await flash(unit, imageAt(PART_1, 200_000), {
      intend: async (intent) => void seen.push([intent, operations.length]),
    });
    expect(seen).toEqual([[{ image: 'part1', address: PART_1, sizeBytes: 200_000 }, 0]]);
  });

  it('is not touched when its announcement cannot be kept', async () => {
    const unit = await photonOnBench();
    const operations = operationsOf(unit);
    const disk = new Error('the disk is full');
    await expect(flash(unit, imageAt(PART_1, 5000), { intend: () => Promise.reject(disk) })).rejects.toBe(disk);
    expect(operations).toEqual([]);
  });

  it('tells its progress up to the end of every stage', async () => {
    const unit = await photonOnBench();
    const last = new Map<string, readonly [number, number]>();
    await flash(unit, imageAt(PART_1, 200_000), { onProgress: (stage, done, total) => last.set(stage, [done, total]) });
    expect([...last.keys()]).toEqual(['compare', 'erase', 'write', 'verify']);
    expect(last.get('erase')).toEqual([0x40000, 0x40000]);
    expect(last.get('write')).toEqual([200_000, 200_000]);
    expect(last.get('verify')).toEqual([200_000, 200_000]);
  });

  it.each([
    ['the bootloader', 0x0800_0000],
    ['the DCT', 0x0800_4000],
    ['EEPROM emulation', 0x0801_0000],
    ['RAM', 0x2000_0000],
    ['what lies behind the flash', 0x0810_0000],
  ])('for %s is refused before the first transfer', async (_, address) => {
    const unit = await photonOnBench({ generation: 'v0.4.4' });
    const report = await flash(unit, imageAt(address, 100));
    expect(report.failure).toMatchObject({ code: 'dfu/memory-map', site: { image: 'part1', address } });
    expect(report.flash.transferCount).toBe(0);
    expect(fates(report)).toEqual({});
  });

  it('for a memory that the device does not have is refused', async () => {
    const unit = await photonOnBench();
    const report = await flash(unit, { ...imageAt(0, 100), alternate: 2 });
    expect(report.failure?.code).toBe('dfu/memory-map');
  });

  it.each(POLLED_GENERATIONS)(
    'is held back by the poll times of bootloader %s, unless early polling is asked for',
    async (generation) => {
      const obedient = await timed(await photonOnBench({ generation }), false);
      const early = await timed(await photonOnBench({ generation }), true);
      expect(obedient.failure ?? early.failure).toBeNull();
      expect(obedient.ms - early.ms).toBeCloseTo(66 * 50, -2);
    },
  );
});

describe('a flash that fails in the erase', () => {
  it('by a stall is told so, with the sector, and is not asked about again', async () => {
    const unit = await photonOnBench();
    unit.board.flash.injectEraseFault(6, { kind: 'operr' });
    const report = await flash(unit, imageAt(PART_1, FOUNDING_SIZE));
    expect(report.failure).toMatchObject({
      code: 'dfu/erase-stalled',
      site: { image: 'part1', command: 'ERASE', address: SECTOR_6, sector: 6 },
    });
    expect(report.failure!.evidence[0]).toMatchObject({
      kind: 'usb-error',
      error: 'stalled',
      afterwards: 'same-connection',
    });
    expect(fates(report)).toEqual({ 5: 'erased', 6: 'erase-failed' });
    expect(lastTransfers(report)).toEqual(['2101000000000500 4100000408 -> ok', 'a103000000000600 -> stalled']);
  });

  it('by silence is told so after twelve seconds', async () => {
    const unit = await photonOnBench();
    unit.board.flash.injectEraseFault(5, { kind: 'hang' });
    const startMs = unit.clock.readMonotonicMs();
    const report = await flash(unit, imageAt(PART_1, 5000));
    expect(report.failure).toMatchObject({ code: 'dfu/erase-silent', site: { sector: 5 } });
    expect(report.failure!.evidence[0]).toMatchObject({ error: 'silent', afterMs: 12_000 });
    expect(unit.clock.readMonotonicMs() - startMs).toBeLessThan(16_000);
  });

  it('because the board reset itself is told apart from one that was unplugged', async () => {
    const stale = await photonOnBench({ generation: 'spark-2014-11-20' });
    stale.board.flash.injectEraseFault(5, { kind: 'wrperr' });
    const reset = await flash(stale, imageAt(PART_1, 5000));
    expect(reset.failure).toMatchObject({
      code: 'dfu/erase-vanished',
      message: expect.stringContaining('came back by itself'),
    });
    expect(reset.failure!.evidence[0]).toMatchObject({ error: 'gone', afterwards: 're-enumerated' });

    const unit = await photonOnBench();
    const session = await unit.open();
    const flashing = flashImage(session, imageAt(PART_1, FOUNDING_SIZE));
    unit.clock.setTimeout(unit.unplug, 500);
    const unplugged = await flashing;
    expect(unplugged.failure).toMatchObject({
      code: 'dfu/erase-vanished',
      message: expect.stringContaining('did not come back'),
    });
    expect(unplugged.failure!.evidence[0]).toMatchObject({ error: 'gone', afterwards: 'absent' });
  });

  it('is no failure while it is only slow', async () => {
    const unit = await photonOnBench();
    unit.board.flash.injectEraseFault(5, { kind: 'slow', ms: 6000 });
    expect((await flash(unit, imageAt(PART_1, 5000))).failure).toBeNull();
  });

  it('is found by the read-back where the bootloader hides it', async () => {
    const unit = await photonOnBench({ generation: 'v0.4.4' });
    unit.board.flash.forceBytes(PART_1, new Uint8Array(8192));
    unit.board.flash.injectEraseFault(5, { kind: 'wrperr' });
    const report = await flash(unit, imageAt(PART_1, 8192));
    expect(report.failure).toMatchObject({ code: 'dfu/verify-mismatch', site: { address: PART_1, sector: 5 } });
    expect(report.readBack!.differentByteCount).toBeGreaterThan(8000);
    expect(fates(report)).toEqual({ 5: 'mismatch' });
  });
});

describe('a flash that fails in the write', () => {
  it('by a stall is told so, with address and block', async () => {
    const unit = await photonOnBench();
    unit.board.flash.injectProgramFault(PART_1 + 9000, { kind: 'operr' });
    const report = await flash(unit, imageAt(PART_1, 20_000));
    expect(report.failure).toMatchObject({
      code: 'dfu/write-stalled',
      site: { command: 'DNLOAD', address: PART_1 + 8192, block: 2 },
    });
    expect(fates(report)).toEqual({ 5: 'write-failed' });
  });

  it('by silence or departure is told so', async () => {
    const hung = await photonOnBench();
    hung.board.flash.injectProgramFault(PART_1, { kind: 'hang' });
    expect((await flash(hung, imageAt(PART_1, 100))).failure?.code).toBe('dfu/write-silent');
    const stale = await photonOnBench({ generation: 'spark-2014-11-20' });
    stale.board.flash.injectProgramFault(PART_1, { kind: 'pgserr' });
    expect((await flash(stale, imageAt(PART_1, 100))).failure?.code).toBe('dfu/write-vanished');
  });

  it('is no failure where the bootloader tries again and succeeds', async () => {
    const unit = await photonOnBench();
    unit.board.flash.injectProgramFault(PART_1 + 400, { kind: 'operr' }, 1);
    expect((await flash(unit, imageAt(PART_1, 5000))).failure).toBeNull();
  });

  it('is found by the read-back where the bootloader hides it, with the bytes at the place', async () => {
    const unit = await photonOnBench({ generation: 'v0.4.9' });
    unit.board.flash.injectProgramFault(PART_1 + 4100, { kind: 'drop' });
    const report = await flash(unit, imageAt(PART_1, 20_000));
    expect(report.failure).toMatchObject({ code: 'dfu/verify-mismatch', site: { address: PART_1 + 4100, sector: 5 } });
    expect(report.readBack).toMatchObject({ differentByteCount: 4, firstDifferentAddress: PART_1 + 4100 });
    expect(report.readBack!.actualHex!.slice(0, 8)).toBe('ffffffff');
  });
});

describe('a run that is ended while it flashes', () => {
  it('ends with the reason, at the next transfer', async () => {
    const unit = await photonOnBench();
    const stop = new AbortController();
    const session = await unit.open({ signal: stop.signal });
    const reason = new Error('the operator stopped the run');
    unit.clock.setTimeout(() => stop.abort(reason), 1_500);
    await expect(flashImage(session, imageAt(PART_1, FOUNDING_SIZE))).rejects.toBe(reason);
    expect(unit.clock.readMonotonicMs()).toBeLessThan(4_000);
  });
});

function imageAt(address: number, sizeBytes: number): FlashInput {
  return { name: 'part1', sha256: 'a'.repeat(64), alternate: 0, segments: [{ address, bytes: imageBytes(sizeBytes) }] };
}

async function flash(unit: BenchUnit, input: FlashInput, options: FlashOptions = {}): Promise<FlashReport> {
  const session = await unit.open();
  try {
    return await flashImage(session, input, options);
  } finally {
    await session.close();
  }
}

async function timed(unit: BenchUnit, pollEarly: boolean) {
  const session = await unit.open({ pollEarly });
  const startMs = unit.clock.readMonotonicMs();
  const { failure } = await flashImage(session, imageAt(PART_1, FOUNDING_SIZE));
  return { failure, ms: unit.clock.readMonotonicMs() - startMs };
}

function operationsOf(unit: BenchUnit): readonly FlashOperation[] {
  const operations: FlashOperation[] = [];
  unit.board.flash.onOperation = (operation) => operations.push(operation);
  return operations;
}

/** Sectors that were touched. */
function fates(report: FlashReport): Record<number, string> {
  const touched = report.flash.sectors.filter((sector) => sector.fate !== 'untouched');
  return Object.fromEntries(touched.map((sector) => [sector.sector, sector.fate]));
}

function lastTransfers(report: FlashReport): readonly string[] {
  const log = report.failure!.evidence.find((one) => one.kind === 'transfer-log');
  return log?.kind === 'transfer-log' ? log.transfers.slice(-2) : [];
}
