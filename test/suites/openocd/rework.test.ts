// The founding thread to its end: what DFU cannot tell apart, SWD settles, on one station, with the real OpenOCD.
import { afterAll, describe, expect, it } from 'vitest';
import { createSeededRandom } from '../../../src/base/random.ts';
import { createBoardFactory } from '../../../src/bench/photon/board-factory.ts';
import type { Photon } from '../../../src/bench/photon/photon-board.ts';
import { buildLoadRecipeOptions } from '../../../src/cli/input/load-recipe-options.ts';
import type { RunRecord } from '../../../src/domain/run/run.ts';
import { loadRecipe } from '../../../src/recipe/load/load-recipe.ts';
import { findFirstPiece, findRecipeImage } from '../../../src/recipe/recipe.ts';
import {
  decision,
  newFolder,
  onSyntheticImages,
  removeFolders,
  shift,
  type Unit,
  unitShop,
} from '../../e2e/virtual-line.ts';

afterAll(removeFolders);

/** The first sector of system part 2. */
const PART_2_SECTOR = 7;
const SYSTEM_SECTORS_PROTECTED = 0xfff & ~0b1_1110_0000;

function isInPart2Sector(address = 0): boolean {
  return address >= 0x0806_0000 && address < 0x0808_0000;
}

function foundingUnit(label: string, spoil: (board: Photon) => void): Unit & { readonly board: Photon } {
  const board = createBoardFactory().createPhoton({
    generation: 'spark-2014-11-20',
    setupHeld: true,
    random: createSeededRandom(label),
  });
  spoil(board);
  return { label, board };
}

/** On an engineer's bench, on two fixtures, then a golden unit where it failed last. */
async function diagnoseOnTwoFixtures(folder: string, unit: Unit): Promise<readonly RunRecord[]> {
  const { runs } = await shift(
    { folder, batch: 'diagnose', recipe: onSyntheticImages('photon-diagnose') },
    async (line) => {
      await line.test(unit, 1);
      await line.test(unit, 2);
    },
  );
  const golden = unitShop('golden').make('good', 'GOLDEN-1');
  const challenge = await shift(
    { folder, batch: 'golden', recipe: onSyntheticImages('photon-2.3.1') },
    async (line) => {
      await line.test(golden, 2);
    },
  );
  expect(challenge.runs[0]).toMatchObject({ result: 'pass', purpose: 'golden' });
  return runs;
}

async function atTheProbe(folder: string, unit: Unit, recipe: string): Promise<RunRecord> {
  const { runs } = await shift({ folder, batch: recipe, recipe: onSyntheticImages(recipe) }, async (line) => {
    await line.test(unit, 4);
  });
  return runs[0]!;
}

function rework(folder: string, unit: Unit): Promise<RunRecord> {
  return atTheProbe(folder, unit, 'photon-rework');
}

function probeNotes(run: RunRecord): readonly string[] {
  return run.steps.flatMap(({ evidence }) => evidence.flatMap((item) => (item.kind === 'note' ? [item.text] : [])));
}

describe('the board of the thread', () => {
  it('was write-protected behind an old bootloader: SWD shows it, repairs it, and the full recipe passes', async () => {
    const folder = newFolder();
    const unit = foundingUnit(
      'P000000001',
      ({ flash }) => void flash.programOptionBytes({ nWrp: SYSTEM_SECTORS_PROTECTED }),
    );
    const overDfu = await diagnoseOnTwoFixtures(folder, unit);
    expect(overDfu.map(({ failure }) => failure?.code)).toEqual(['dfu/erase-vanished', 'dfu/erase-vanished']);
    const run = await rework(folder, unit);
    expect(run.failure).toBeNull();
    expect(probeNotes(run).join()).toContain('write-protected: sector 5, 6, 7, 8');
    expect(run.steps.map(({ id, result }) => `${id} ${result}`)).toEqual([
      'swd-examine passed',
      'swd-flash passed',
      'enter-dfu passed',
      'bootloader-check passed',
      'dfu-flash passed',
      'dct-restore passed',
      'serial-verify passed',
      'power-off passed',
    ]);
    expect(run.verdict.disposition).toBe('pass');
    expect(run.verdict.marks).toContain('reworked');
    expect(unit.board.bootloader).toBe('v2.3.1');
    expect(unit.board.flash.optionBytes.nWrp).toBe(0xffe);
  });

  it('has dead flash: SWD fails twice at one address, and scrap is proposed with both proofs', async () => {
    const folder = newFolder();
    const image = findRecipeImage(
      loadRecipe(onSyntheticImages('photon-rework'), buildLoadRecipeOptions('virtual', folder)),
      'bootloader',
    );
    const offset = findFirstPiece(image).bytes.findIndex((byte, at) => at > 0x400 && (byte & 1) === 1);
    const unit = foundingUnit('P000000002', ({ flash }) => {
      flash.injectEraseFault(5, { kind: 'operr' });
      flash.injectEraseFault(0, { kind: 'partial', offset });
    });
    const overDfu = await diagnoseOnTwoFixtures(folder, unit);
    expect(overDfu.map(({ failure }) => failure?.code)).toEqual(['dfu/erase-vanished', 'dfu/erase-vanished']);
    const run = await rework(folder, unit);
    const failures = run.steps.flatMap(({ failure }) => (failure ? [failure] : []));
    expect(failures).toMatchObject(
      [1, 2].map(() => ({ code: 'swd/verify-mismatch', site: { address: 0x0800_0000 + offset } })),
    );
    expect(decision(run)).toBe('D13b scrap-proposed');
    expect(run.verdict.because.join('\n')).toMatch(/fixture 1[\s\S]*fixture 2[\s\S]*golden[\s\S]*Twice over SWD/i);
  });

  it('has one dead sector behind a good bootloader: the probe fails twice where DFU failed, and scrap is proposed', async () => {
    const folder = newFolder();
    const unit = unitShop('dead').make('stuck-bits', 'P000000004');
    const { runs: overDfu } = await shift(
      { folder, batch: 'production', recipe: onSyntheticImages('photon-2.3.1') },
      async (line) => {
        await line.test(unit, 1);
        await line.test(unit, 2);
        await line.test(unitShop('golden').make('good', 'GOLDEN-1'), 2);
      },
    );
    expect(overDfu.map(({ failure }) => failure?.code)).toEqual(['dfu/write-stalled', 'dfu/write-stalled', undefined]);
    const run = await atTheProbe(folder, unit, 'photon-flash-proof');
    const failures = run.steps.flatMap(({ failure }) => (failure ? [failure] : []));
    expect(failures.map(({ code, site }) => [code, site.sector])).toEqual(
      [1, 2].map(() => ['swd/verify-mismatch', PART_2_SECTOR]),
    );
    expect(isInPart2Sector(overDfu[0]!.failure!.site.address)).toBe(true);
    expect(failures[0]!.site.address).toBe(failures[1]!.site.address);
    expect(decision(run)).toBe('D13b scrap-proposed');
  });

  it('goes back to rework, never to scrap, while its protection does not come off', async () => {
    const unit = foundingUnit('P000000003', ({ flash }) => flash.injectEraseFault(0, { kind: 'wrperr' }));
    const run = await rework(newFolder(), unit);
    expect(run.failure?.code).toBe('swd/write-protected');
    expect(decision(run)).toBe('D4 rework');
  });
});
