// The bootloader check: current, stale, updated, foreign, corrupt, and what may be done with each.
import { describe, expect, it } from 'vitest';
import type { BootloaderGeneration } from '../../../src/bench/photon/bootloader-generations.ts';
import { benchFixture, detailsOf, outcomeOf, photon, photonRecipe } from './bench-fixture.ts';

const OLDEST = { 'at least': '1006' };
const UPDATING = { ...OLDEST, 'when stale': 'update from bootloader' };

describe('bootloader-check', () => {
  it('passes a current one and keeps what it found', async () => {
    const fixture = benchFixture({ board: photon('current') });
    const report = await fixture.step('bootloader-check', OLDEST);
    expect(outcomeOf(report)).toBe('passed');
    expect(fixture.unit().bootloader).toMatchObject({ moduleVersion: 1006, standing: 'current' });
    expect(report.evidence.map(({ kind }) => kind)).toContain('bootloader');
  });

  it.each([
    ['v0.4.4', 3],
    ['v0.4.9', 7],
    ['v0.6.0', 8],
    ['v0.7.0', 101],
    ['v1.4.4', 501],
  ] as const)('fails %s as stale, with its version', async (generation, version) => {
    const report = await benchFixture({ board: photon('stale', { generation }) }).step('bootloader-check', OLDEST);
    expect(outcomeOf(report)).toBe('bootloader/stale');
    expect(detailsOf(report)).toBe(`The bootloader is version ${version}, the recipe asks for 1006`);
  });

  it.each(['v0.4.4', 'v0.4.9', 'v0.5.2', 'v0.6.3', 'v0.7.0', 'v1.4.4'] as const)(
    'updates %s through the OTA slot, and the running system installs it',
    async (generation) => {
      const board = photon('updated', { generation, release: '1.5.2', setupHeld: true });
      const fixture = benchFixture({ board });
      expect(detailsOf(await fixture.step('bootloader-check', UPDATING))).toBe('');
      expect(fixture.unit().bootloaderUpdatePending).toBe(true);
      expect(fixture.station.intents).toEqual(['bootloader']);
      const flashed = await fixture.step('dfu-flash', ['system-part1', 'system-part2', 'tinker']);
      expect(detailsOf(flashed)).toBe('');
      expect(board.bootloader).toBe('v2.3.1');
      const verified = await fixture.step('serial-verify', { ask: [{ send: 's', modules: 'all valid' }] });
      expect(detailsOf(verified)).toBe('');
      expect(fixture.unit().bootloaderUpdatePending).toBe(false);
    },
  );

  it('erases nothing when a stale one cannot be updated because the unit has no system', async () => {
    const board = photon('no-system', { generation: 'v1.4.4' });
    const fixture = benchFixture({ board });
    const operations: string[] = [];
    board.flash.onOperation = ({ kind }) => operations.push(kind);
    expect(outcomeOf(await fixture.step('bootloader-check', UPDATING))).toBe('bootloader/stale');
    expect(operations).toEqual([]);
  });

  it.each(['spark-2014-11-20', 'spark-2015-02-02'] as const satisfies readonly BootloaderGeneration[])(
    'stops %s as foreign before anything is erased',
    async (generation) => {
      const board = photon('foreign', { generation });
      const operations: string[] = [];
      board.flash.onOperation = ({ kind }) => operations.push(kind);
      const report = await benchFixture({ board }).step('bootloader-check', UPDATING);
      expect(outcomeOf(report)).toBe('bootloader/foreign');
      expect(operations).toEqual([]);
    },
  );

  it('goes on with a foreign one only where the recipe both permits and asks it', async () => {
    const board = () => photon('foreign', { generation: 'spark-2014-11-20' });
    const asks = { ...OLDEST, 'when foreign': 'continue' };
    const permits = photonRecipe({ permits: ['erase-foreign-bootloader'] });
    const outcomes = [
      await benchFixture({ board: board() }).step('bootloader-check', asks),
      await benchFixture({ board: board(), recipe: permits }).step('bootloader-check', OLDEST),
      await benchFixture({ board: board(), recipe: permits }).step('bootloader-check', asks),
    ].map(outcomeOf);
    expect(outcomes).toEqual(['bootloader/foreign', 'bootloader/foreign', 'passed']);
  });

  it('fails one that contradicts its own checksum', async () => {
    const board = photon('corrupt');
    board.flash.forceBytes(0x0800_2000, Uint8Array.of(0, 0, 0, 0));
    expect(outcomeOf(await benchFixture({ board }).step('bootloader-check', OLDEST))).toBe('bootloader/corrupt');
  });
});
