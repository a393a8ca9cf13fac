// A board in ST's own ROM loader: the same host, another manner of telling errors.
import { describe, expect, it } from 'vitest';
import { createSeededRandom } from '../../../src/base/random.ts';
import { createRomBoard, type RomBoardOptions } from '../../../src/bench/stm32-rom/rom-board.ts';
import { flashImage } from '../../../src/device/dfu/flash/flash-image.ts';
import { leaveDfu } from '../../../src/device/dfu/session/leave-dfu.ts';
import { readDfuMemory } from '../../../src/device/dfu/session/read-memory.ts';
import { imageBytes, unitOnBench } from './bench-unit.ts';

const START = 0x0800_0000;
const IMAGE = { name: 'app', sha256: '', alternate: 0, segments: [{ address: START, bytes: imageBytes(70_001) }] };

describe('a board in its ROM loader', () => {
  it('is known for what it is, though it begins in dfuERROR', async () => {
    const session = await (await romBoard()).open();
    expect(session.fingerprint).toMatchObject({ generation: 'stm32-rom', flashErrors: 'status', isForeign: false });
    expect(session.identity.transferSizeBytes).toBe(2048);
    expect(session.identity.memories.map((memory) => memory.map?.sectors.length)).toEqual([12, 1, 2, 1]);
  });

  it('takes an image from the first address of its flash, and starts it', async () => {
    const unit = await romBoard();
    const session = await unit.open();
    const report = await flashImage(session, IMAGE);
    expect(report.failure).toBeNull();
    expect(unit.board.flash.read(START, 70_001)).toEqual(IMAGE.segments[0]!.bytes);
    expect(await leaveDfu(session, START)).toEqual({ answer: 'announced', stateName: 'dfuMANIFEST' });
    await session.close();
    await unit.clock.sleep(1_000);
    expect(await unit.bench.usb.list()).toEqual([]);
  });

  it('that is read-protected is told so before anything is erased', async () => {
    const unit = await romBoard({ readProtected: true });
    const session = await unit.open();
    const report = await flashImage(session, IMAGE);
    expect(report.failure).toMatchObject({
      code: 'dfu/read-protected',
      evidence: [{ kind: 'dfu-status', statusName: 'errVENDOR' }, {}, {}],
    });
    expect(report.transfers.erase).toBe(0);
  });

  it('that is read-protected is told so in the erase, when nothing is compared before', async () => {
    const session = await (await romBoard({ readProtected: true })).open();
    const report = await flashImage(session, IMAGE, { keepIdentical: false });
    expect(report.failure).toMatchObject({ code: 'dfu/read-protected', site: { command: 'ERASE', sector: 0 } });
  });

  it('that hides a write-protected sector is found out by the read-back', async () => {
    const unit = await romBoard();
    unit.board.flash.forceBytes(START, new Uint8Array(1000));
    unit.board.flash.programOptionBytes({ nWrp: 0xffe });
    const report = await flashImage(await unit.open(), IMAGE);
    expect(report.failure).toMatchObject({ code: 'dfu/verify-mismatch', site: { address: START, sector: 0 } });
  });

  it('has no memory where its map has none', async () => {
    const session = await (await romBoard()).open();
    const reading = readDfuMemory(session, { alternate: 0, address: 0x2000_0000, sizeBytes: 4 });
    await expect(reading).rejects.toMatchObject({ kind: 'memory-map' });
  });
});

function romBoard(options: Partial<RomBoardOptions> = {}) {
  return unitOnBench(createRomBoard({ random: createSeededRandom('rom'), ...options }));
}
