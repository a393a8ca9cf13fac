// A production recipe that closes the debug port: the last thing done to a unit, and proved.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import type { Photon } from '../../../src/bench/photon/photon-board.ts';
import { newFolder, removeFolders, shift, unitShop } from '../../e2e/virtual-line.ts';

afterAll(removeFolders);

function lockingRecipe(): string {
  const file = join(newFolder(), 'photon-locked.yaml');
  const text = readFileSync('recipes/photon-demo.yaml', 'utf8');
  writeFileSync(file, text.replace('\nteardown:', '  - swd-lock\n\nteardown:'));
  return file;
}

it('a unit passes with its debug port closed, and the probe cannot read a byte of it any more', async () => {
  const unit = unitShop('locked').make();
  const { runs } = await shift({ recipe: lockingRecipe() }, async (line) => void (await line.test(unit, 4)));
  const [run] = runs;
  expect(run!.steps.map(({ id, result }) => `${id} ${result}`)).toEqual([
    'enter-dfu passed',
    'bootloader-check passed',
    'dfu-flash passed',
    'serial-verify passed',
    'swd-lock passed',
    'power-off passed',
  ]);
  expect(run!.verdict.disposition).toBe('pass');
  expect((unit.board as Photon).flash.optionBytes.rdp).not.toBe(0xaa);
  const proof = run!.steps.flatMap(({ evidence }) => evidence).findLast(({ kind }) => kind === 'probe');
  expect(proof).toMatchObject({ operation: 'examine', facts: { readable: 'no' } });
});

it('a unit that the probe cannot reach to lock it never passes', async () => {
  const unit = unitShop('unlocked').make();
  const recipe = lockingRecipe();
  const { runs } = await shift({ recipe }, async (line) => {
    line.station.subscribe((event) => {
      if (event.type === 'step-started' && event.kind === 'swd-lock') line.lift(4);
    });
    const recorded = line.next('run-recorded', 4);
    line.put(unit, 4);
    await recorded;
  });
  expect(runs[0]!.result).not.toBe('pass');
  expect(runs[0]!.verdict.disposition).not.toBe('pass');
  expect((unit.board as Photon).flash.optionBytes.rdp).toBe(0xaa);
});
