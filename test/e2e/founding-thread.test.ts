// The forum thread that started it all: a 1d50:607f board that refuses to erase, first in production, then on an engineer's bench.
import { afterAll, describe, expect, it } from 'vitest';
import type { FaultName } from '../../src/bench/faults/fault-library.ts';
import { decision, type Journey, onSyntheticImages, removeFolders, shift, unitShop } from './virtual-line.ts';

afterAll(removeFolders);

const VARIANTS = [
  'foreign-bootloader-dead-flash',
  'foreign-bootloader-protected',
  'foreign-bootloader-stale-flags',
] as const satisfies readonly FaultName[];

describe.each(VARIANTS)('the board of the thread (%s)', (variant) => {
  it('is stopped by the shipped recipe at its bootloader check and goes to rework, untouched', async () => {
    const unit = unitShop(variant).make(variant);
    const journey = await shift({ recipe: onSyntheticImages('photon-2.3.1') }, async (line) => {
      await line.test(unit, 3);
    });
    const [run] = journey.runs;
    expect(journey.runs).toHaveLength(1);
    expect(run).toMatchObject({ result: 'fail', failure: { code: 'bootloader/foreign' }, purpose: 'production' });
    expect(decision(run!)).toBe('D4 rework');
    expect(run!.steps.map(({ id, result }) => [id, result])).toEqual([
      ['enter-dfu', 'passed'],
      ['bootloader-check', 'failed'],
      ['power-off', 'passed'],
    ]);
    expect(evidenceKinds(journey)).not.toContain('flash-image');
    expect(journey.page(run!)).toContain('Replace the bootloader over SWD');
  });

  it('shows an engineer on two fixtures which face its failure has, and scrap is at most proposed', async () => {
    const unit = unitShop(variant).make(variant);
    const journey = await shift({ recipe: onSyntheticImages('photon-diagnose') }, async (line) => {
      await line.test(unit, 1);
      await line.test(unit, 2);
    });
    const failures = journey.runs.map(({ failure }) => failure);
    const first = failures[0]!;
    expect(first).toMatchObject({ code: 'dfu/erase-vanished', site: { address: 0x0802_0000 } });
    expect(journey.page(journey.runs[0]!)).toContain('dfu/erase-vanished');
    expect(journey.page(journey.runs[0]!)).toContain('0x08020000');
    const dispositions = journey.runs.map(({ verdict }) => verdict.disposition);
    expect(dispositions[0]).toBe('retest');
    expect(dispositions).not.toContain('scrap');
    expect(journey.runs.map(({ purpose }) => purpose)).toEqual(['engineering', 'engineering']);
    // An old flag is gone with the reset of the first erase: what fails once and not again is not dead.
    if (variant === 'foreign-bootloader-stale-flags') expect(failures[1]?.code).not.toBe('dfu/erase-vanished');
    else expect(failures[1]).toMatchObject({ code: 'dfu/erase-vanished', site: { address: 0x0802_0000 } });
  });
});

function evidenceKinds({ runs }: Journey): readonly string[] {
  return runs.flatMap(({ steps }) => steps.flatMap(({ evidence }) => evidence.map(({ kind }) => kind)));
}
