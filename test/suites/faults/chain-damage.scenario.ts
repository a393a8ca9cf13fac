// Somebody edits, removes, inserts, exchanges or cuts off records in the file: verify names them.
import { copyFileSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { createSeededRandom } from '../../../src/base/random.ts';
import { verifyRecord } from '../../../src/record/maintenance/verify.ts';
import { type Damage, damageFile, damages } from '../../record/chain-damage.ts';
import { openSample, temporaryFolder, writeRun } from '../../record/sample-runs.ts';
import type { FaultRow } from './scenario.ts';

const DAMAGES = { short: 1_000, long: 20_000 } as const;
/** More than one checkpoint, and a tail that none covers but the last. */
const RUNS = 120;

export const row: FaultRow = {
  fault: 'record edits, removals, swaps, cuts',
  how: `${Object.keys(damages).length} kinds of damage done to the file, drawn by seed`,
  usualSeconds: 7,
  run: async (form) => {
    const folder = temporaryFolder();
    try {
      await writeShift(folder.path);
      const failures: string[] = [];
      for (let seed = 0; seed < DAMAGES[form]; seed += 1) failures.push(...damageOnce(folder.path, `damage ${seed}`));
      return {
        count: DAMAGES[form],
        failures,
        note: `each in a record of ${RUNS} runs; the right record named every time`,
      };
    } finally {
      folder.dispose();
    }
  },
};

async function writeShift(directory: string): Promise<void> {
  const record = await openSample(directory);
  for (let number = 1; number <= RUNS; number += 1) await writeRun(record, { number });
  await record.close();
}

function damageOnce(original: string, seed: string): readonly string[] {
  const copy = join(original, 'damaged');
  mkdirSync(copy);
  for (const file of ['record.db', 'chain-head.log']) copyFileSync(join(original, file), join(copy, file));
  const damage = damageFile(join(copy, 'record.db'), createSeededRandom(seed));
  const { faults } = verifyRecord(copy);
  rmSync(copy, { recursive: true });
  return unnamed(damage, faults).map((sequence) => `seed "${seed}": record ${sequence}, ${damage.name}, was not named`);
}

function unnamed(
  { sequences }: Damage,
  faults: readonly { readonly from: number; readonly to: number }[],
): readonly number[] {
  return sequences.filter((sequence) => !faults.some(({ from, to }) => from <= sequence && sequence <= to));
}
