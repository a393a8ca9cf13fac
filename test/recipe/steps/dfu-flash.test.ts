// Flashing: what is written and proven, each way in which it fails, and whether the unit really started.

import { describe, expect, it } from 'vitest';
import { listImagePieces } from '../../../src/recipe/recipe.ts';
import { PORT_PATH } from '../surroundings.ts';
import { type BenchFixture, benchFixture, detailsOf, outcomeOf, photon, photonRecipe } from './bench-fixture.ts';

const PARTS = ['system-part1', 'system-part2', 'tinker'];
const PART1 = { images: ['system-part1'], leave: false };

describe('dfu-flash', () => {
  it('writes the images byte for byte and starts the unit', async () => {
    const board = photon('blank');
    const fixture = benchFixture({ board });
    const report = await fixture.step('dfu-flash', PARTS);
    expect(detailsOf(report)).toBe('');
    for (const image of fixture.station.surroundings.recipe.images.slice(1)) {
      for (const { address, bytes } of listImagePieces(image))
        expect(board.flash.read(address, bytes.length)).toEqual(bytes);
    }
    expect(board.activity).toBe('system');
    expect(fixture.station.intents).toEqual(PARTS);
    expect(report.measurements.map(({ name }) => name)).toEqual([
      'flash time',
      'read-back time',
      'slowest sector erase',
      'write rate',
      'start time',
    ]);
  });

  it('erases nothing where the images are already', async () => {
    const board = photon('done', { release: '2.3.1', setupHeld: true });
    const fixture = benchFixture({ board });
    const report = await fixture.step('dfu-flash', PARTS);
    expect(outcomeOf(report)).toBe('passed');
    expect(fixture.station.intents).toEqual([]);
    expect(report.evidence.filter((item) => item.kind === 'flash-image' && item.skipped)).toHaveLength(3);
    expect(report.measurements.map(({ name }) => name)).not.toContain('write rate');
  });

  it('is quicker where a bootloader is proven not to need its poll time, and writes the same', async () => {
    const tookMs = async (early: boolean): Promise<number> => {
      const board = photon('polled', { generation: 'v0.5.2' });
      const fixture = benchFixture({ board });
      const report = await fixture.step('dfu-flash', { ...PART1, 'poll early': early });
      const image = fixture.station.surroundings.recipe.images[1]!;
      for (const { address, bytes } of listImagePieces(image))
        expect(board.flash.read(address, bytes.length)).toEqual(bytes);
      return Number(report.measurements.find(({ name }) => name === 'flash time')?.value);
    };
    const [obedient, early] = [await tookMs(false), await tookMs(true)];
    expect(early).toBeLessThan(obedient - 59 * 50);
  });

  it('waits the poll time of a bootloader for which nothing is proven, whatever the recipe says', async () => {
    const tookMs = async (early: boolean): Promise<number> => {
      const board = photon('unproven', { generation: 'spark-2014-11-20' });
      const recipe = photonRecipe({ permits: ['erase-foreign-bootloader'] });
      const report = await benchFixture({ board, recipe }).step('dfu-flash', { ...PART1, 'poll early': early });
      return Number(report.measurements.find(({ name }) => name === 'flash time')?.value);
    };
    const obedient = await tookMs(false);
    expect(obedient).toBeGreaterThan(59 * 50);
    expect(await tookMs(true)).toBe(obedient);
  });

  it('refuses a foreign bootloader also where no check came before', async () => {
    const board = photon('foreign', { generation: 'spark-2014-11-20' });
    expect(outcomeOf(await benchFixture({ board }).step('dfu-flash', PART1))).toBe('bootloader/foreign');
  });

  it.each([
    ['v2.3.1', { kind: 'operr' }, 'dfu/erase-stalled'],
    ['v0.4.4', { kind: 'operr' }, 'dfu/verify-mismatch'],
    ['v2.3.1', { kind: 'hang' }, 'dfu/erase-silent'],
    ['v2.3.1', { kind: 'partial', offset: 5 }, 'dfu/write-stalled'],
  ] as const)('on %s tells an erase that goes wrong as %j by %s', async (generation, fault, code) => {
    const board = photon('bad-sector', { generation, release: '1.5.2', setupHeld: true });
    board.flash.injectEraseFault(6, fault);
    const report = await benchFixture({ board }).step('dfu-flash', PART1);
    expect(outcomeOf(report)).toBe(code);
    expect(report.result === 'failed' && report.failure.site.image).toBe('system-part1');
    expect(report.evidence.map(({ kind }) => kind)).toContain('flash-image');
  });

  it('tells the face of the founding failure on a permitted foreign bootloader', async () => {
    const board = photon('founding', { generation: 'spark-2014-11-20' });
    board.flash.injectEraseFault(5, { kind: 'operr' });
    const recipe = photonRecipe({ permits: ['erase-foreign-bootloader'] });
    const report = await benchFixture({ board, recipe }).step('dfu-flash', PART1);
    expect(outcomeOf(report)).toBe('dfu/erase-vanished');
    expect(report.result === 'failed' && report.failure.site).toMatchObject({ command: 'ERASE', sector: 5 });
  });

  it('never writes to a unit that was put in place of the one it began with', async () => {
    const stranger = photon('stranger', { release: '2.3.1', setupHeld: true });
    const before = stranger.flash.read(0x0802_0000, 64);
    const fixture = benchFixture({ board: photon('first'), recipe: photonRecipe({}, '1.5.2') });
    fixture.station.clock.setTimeout(() => {
      fixture.bench.unplug(PORT_PATH);
      fixture.bench.plug(PORT_PATH, stranger);
    }, 3_000);
    const report = await fixture.step('dfu-flash', PARTS);
    expect(outcomeOf(report)).toMatch(/^dfu\/(erase|write)-vanished$/);
    const again = await fixture.step('dfu-flash', PARTS);
    expect(outcomeOf(again)).toBe('identity/swapped');
    expect(stranger.flash.read(0x0802_0000, 64)).toEqual(before);
  });

  it('comes to the end of its time in the middle of an erase, with what it was at', async () => {
    const board = photon('slow');
    board.flash.injectEraseFault(5, { kind: 'slow', ms: 9_000 });
    const report = await benchFixture({ board, timeoutMs: 4_000 }).step('dfu-flash', PART1);
    expect(report.result).toBe('timeout');
    expect(detailsOf(report)).toContain('did not end within 4 s');
  });

  describe('then starts the unit', () => {
    it.each(['v0.4.4', 'v0.4.7', 'v0.6.0', 'v0.7.0'] as const)('however %s answers', async (generation) => {
      const board = photon('leaving', { generation });
      const fixture = benchFixture({ board, recipe: photonRecipe({}, '0.5.2') });
      expect(detailsOf(await fixture.step('dfu-flash', PARTS))).toBe('');
      expect(board.activity).toBe('system');
    });

    it('and fails one that comes back in DFU mode because its system is not whole', async () => {
      const report = await benchFixture({ board: photon('half') }).step('dfu-flash', ['system-part1']);
      expect(outcomeOf(report)).toBe('dfu/leave-failed');
      expect(detailsOf(report)).toContain('finds no valid system');
    });

    it('and fails one that does not come back', async () => {
      const board = photon('gone');
      const fixture: BenchFixture = benchFixture({ board });
      const watch = fixture.bench.usb.watch((event) => {
        if (event.type === 'detached') fixture.bench.unplug(PORT_PATH);
      });
      const report = await fixture.step('dfu-flash', { images: PARTS, 'start within': '5 s' });
      watch();
      expect(outcomeOf(report)).toBe('dfu/leave-failed');
      expect(detailsOf(report)).toBe('The unit left DFU mode and did not come back within 5 s');
    });
  });

  it('fails with nothing at the port', async () => {
    expect(outcomeOf(await benchFixture().step('dfu-flash', PART1))).toBe('usb/not-found');
  });
});
