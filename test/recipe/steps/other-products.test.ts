// The steps on boards that are no Photon: a P1, a plain STM32 in its ROM loader, and the board of the founding thread.

import { describe, expect, it } from 'vitest';
import { createSeededRandom } from '../../../src/base/random.ts';
import { createDfuDevice } from '../../../src/bench/dfu-device/dfu-device-board.ts';
import { dfuPersonalities } from '../../../src/bench/dfu-device/dfu-personality.ts';
import { buildSyntheticRelease } from '../../../src/bench/photon/synthetic-images.ts';
import { createRomBoard } from '../../../src/bench/stm32-rom/rom-board.ts';
import type { Recipe } from '../../../src/recipe/recipe.ts';
import { imageAt } from '../recipe-image.ts';
import { bareRecipe } from '../surroundings.ts';
import { type BenchFixture, benchFixture, detailsOf, outcomeOf, photon, photonRecipe } from './bench-fixture.ts';

async function runAll(
  fixture: BenchFixture,
  steps: readonly (readonly [string, unknown])[],
): Promise<readonly string[]> {
  const outcomes: string[] = [];
  for (const [kind, written] of steps) {
    const report = await fixture.step(kind, written);
    outcomes.push(`${outcomeOf(report)} ${detailsOf(report)}`.trim());
  }
  return outcomes;
}

describe('a P1', () => {
  it('passes its own recipe', async () => {
    const { bootloader, systemPart1, systemPart2, userPart } = buildSyntheticRelease('2.3.1', 8);
    const parts = [systemPart1, systemPart2, userPart].map(({ name, address, bytes }) => imageAt(name, address, bytes));
    const recipe = bareRecipe({
      product: 'Particle P1',
      images: [{ ...imageAt('bootloader', 0x080c_0000, bootloader.bytes), write: 'ota-slot' }, ...parts],
    });
    const unit = {
      ...recipe.unit,
      dfu: { vendorId: 0x2b04, productId: 0xd008 },
      serial: { vendorId: 0x2b04, productId: 0xc008 },
    };
    const board = photon('p1', { platform: 'p1', release: '1.5.2', generation: 'v1.4.4' });
    const outcomes = await runAll(benchFixture({ board, recipe: { ...recipe, unit } }), [
      ['enter-dfu', {}],
      ['bootloader-check', { 'at least': '1006', 'when stale': 'update from bootloader' }],
      ['dfu-flash', { images: parts.map(({ name }) => name) }],
      ['serial-verify', { listen: '28800 Bd', ask: [{ send: 's', modules: 'all valid' }] }],
    ]);
    expect(outcomes).toEqual(['passed', 'passed', 'passed', 'passed']);
  });
});

describe('a plain STM32 board in its ROM loader', () => {
  const application = new Uint8Array(20_000).map((_byte, index) => index % 251);
  application.set([0, 0x20, 0x01, 0x20, 0x09, 0x01, 0x00, 0x08]);
  const recipe: Recipe = bareRecipe({
    product: 'STM32 board',
    unit: { ...bareRecipe().unit, dfu: { vendorId: 0x0483, productId: 0xdf11 }, dfuForeign: [], serial: null },
    images: [imageAt('application', 0x0800_0000, application)],
  });

  it('is flashed and left, with nothing coming up on USB', async () => {
    const board = createRomBoard({ random: createSeededRandom('rom') });
    const outcomes = await runAll(benchFixture({ board, recipe }), [
      ['wait-for-device', { usb: 'dfu' }],
      ['dfu-flash', { images: ['application'] }],
    ]);
    expect(outcomes).toEqual(['passed', 'passed']);
    expect(board.flash.read(0x0800_0000, application.length)).toEqual(application);
  });

  it('says that it is read-protected', async () => {
    const board = createRomBoard({ random: createSeededRandom('rom'), readProtected: true });
    const [outcome] = await runAll(benchFixture({ board, recipe }), [['dfu-flash', { images: ['application'] }]]);
    expect(outcome).toContain('dfu/read-protected');
  });

  it('has no bootloader that a Photon’s check could recognise', async () => {
    const board = createRomBoard({ random: createSeededRandom('rom') });
    const [outcome] = await runAll(benchFixture({ board, recipe }), [['bootloader-check', { 'at least': '1' }]]);
    expect(outcome).toContain('bootloader/unknown');
  });
});

describe('a board with MCUboot, which speaks plain DFU', () => {
  const application = new Uint8Array(3_000).map((_byte, index) => index % 251);
  application.set([1, 2, 3, 4, 0x42, 0x01]);
  const { vendorId, productId } = dfuPersonalities.mcuboot;
  const recipe: Recipe = bareRecipe({
    product: 'MCUboot board',
    unit: { ...bareRecipe().unit, dfu: { vendorId, productId }, dfuProtocol: 'dfu', dfuForeign: [], serial: null },
    images: [imageAt('application', 0, application)],
  });
  const steps: readonly (readonly [string, unknown])[] = [
    ['enter-dfu', { by: 'detach' }],
    ['dfu-flash', { images: ['application'] }],
    ['wait-for-device', { usb: '2fe3:0000', version: '1.42' }],
  ];

  function runningBoard() {
    const board = createDfuDevice({ personality: dfuPersonalities.mcuboot, startsApplication: true });
    board.memory.fillBytes(dfuPersonalities.mcuboot.slotAddresses[0], Uint8Array.of(9, 9, 9, 9, 0x05, 0x00));
    return board;
  }

  it('is asked to detach, flashed, read back, started and recognised by its new version', async () => {
    const board = runningBoard();
    expect(await runAll(benchFixture({ board, recipe }), steps)).toEqual(['passed', 'passed', 'passed']);
    const start = dfuPersonalities.mcuboot.slotAddresses[0];
    expect(board.memory.readBytes(start, application.length)).toEqual(application);
  });

  it('fails when it comes up with another version than the recipe asks', async () => {
    const older = application.slice();
    older.set([0x41, 0x01], 4);
    const outcomes = await runAll(
      benchFixture({ board: runningBoard(), recipe: { ...recipe, images: [imageAt('application', 0, older)] } }),
      steps,
    );
    expect(outcomes.at(-1)).toContain('serial/wrong-version');
  });

  it('fails by name when the recipe takes it for a DfuSe device', async () => {
    const wrong: Recipe = { ...recipe, unit: { ...recipe.unit, dfuProtocol: 'dfuse' } };
    const outcomes = await runAll(benchFixture({ board: runningBoard(), recipe: wrong }), steps);
    expect(outcomes[1]).toContain('dfu/not-dfuse');
    expect(outcomes[1]).toContain("alternate 0's name is");
  });
});

describe('the board of the founding thread', () => {
  it('is stopped at its bootloader check, and shows the face of its failure to an engineer who may erase it', async () => {
    const board = () => {
      const bad = photon('founding', { generation: 'spark-2014-11-20' });
      bad.flash.injectEraseFault(5, { kind: 'operr' });
      return bad;
    };
    const shipped = await benchFixture({ board: board() }).step('bootloader-check', { 'at least': '1006' });
    const permitted = benchFixture({ board: board(), recipe: photonRecipe({ permits: ['erase-foreign-bootloader'] }) });
    const diagnosis = await runAll(permitted, [
      ['bootloader-check', { 'at least': '1006', 'when foreign': 'continue' }],
      ['dfu-flash', { images: ['system-part1'], leave: false, 'keep identical': false }],
    ]);
    expect(outcomeOf(shipped)).toBe('bootloader/foreign');
    expect(diagnosis[0]).toBe('passed');
    expect(diagnosis[1]).toContain('dfu/erase-vanished');
    expect(diagnosis[1]).toContain('it came back by itself');
  });
});
