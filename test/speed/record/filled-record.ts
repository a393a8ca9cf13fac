// A record with as many units as asked for, written through the record's own code, many runs to one commit.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createVirtualClock } from '../../../src/base/clock.ts';
import { createSeededRandom, type Random } from '../../../src/base/random.ts';
import type { RunRecord } from '../../../src/domain/run/run.ts';
import { openSignedChain } from '../../../src/record/chain/signed-chain.ts';
import { recordRun } from '../../../src/record/runs/record-run.ts';
import { openRecordFile } from '../../../src/record/store/record-file.ts';
import { STATION, sampleRun, sampleStep } from '../../record/sample-runs.ts';

/** A day's output of a station, so that few units fill a month too, and its eight fixtures. */
const UNITS_PER_DAY = 300;
const FIXTURES = 8;
const RUNS_PER_COMMIT = 100;
const FIRST_DAY_MS = Date.UTC(2016, 0, 1);
const DAY_MS = 86_400_000;

/** A folder on a real disk with a record of so many units; `dispose` removes it. */
export function filledRecord(unitCount: number): { readonly directory: string; dispose(): void } {
  const directory = mkdtempSync(join(tmpdir(), 'flashline-speed-'));
  const database = openRecordFile(directory, STATION);
  // Filling is no part of any measure: nothing waits for the disk.
  database.runScript('PRAGMA synchronous = OFF');
  const chain = openSignedChain({
    database,
    directory,
    station: STATION,
    clock: createVirtualClock(),
    program: 'flashline',
  });
  const random = createSeededRandom('a long life');
  for (let first = 1; first <= unitCount; first += RUNS_PER_COMMIT)
    chain.append(() => {
      for (let unit = first; unit < Math.min(first + RUNS_PER_COMMIT, unitCount + 1); unit += 1)
        for (const run of runsOfUnit(unit, random)) recordRun(database, STATION, run);
    });
  chain.close();
  database.close();
  return { directory, dispose: () => rmSync(directory, { recursive: true }) };
}

/** The day of a unit's runs. */
export function dayOfUnit(unit: number): string {
  return new Date(FIRST_DAY_MS + Math.floor(unit / UNITS_PER_DAY) * DAY_MS).toISOString().slice(0, 10);
}

/** Three in a hundred fail at first and pass on another fixture. */
function runsOfUnit(unit: number, random: Random): readonly RunRecord[] {
  const fixture = 1 + random.drawInteger(FIXTURES);
  const day = dayOfUnit(unit);
  const supply = {
    name: 'supply',
    unit: 'V',
    value: 3.3 + random.drawFraction() / 10,
    limits: { comparator: 'GELE', low: 3, high: 4 },
    result: 'pass',
    atMs: 5,
  } as const;
  const steps = ['bootloader', 'flash', 'verify'].map((id) =>
    sampleStep({ id, measurements: id === 'verify' ? [supply] : [] }),
  );
  const common = {
    day,
    batch: `B-${day}`,
    unit: { deviceId: unit.toString(16).padStart(24, '0'), label: `L${unit}` },
    steps,
  };
  const passed = sampleRun({ ...common, number: unit, fixture });
  if (!random.drawBoolean(0.03)) return [passed];
  const failed = sampleRun({ ...common, runId: `run-${unit}-a`, fixture, result: 'fail' });
  return [failed, { ...passed, fixture: 1 + (fixture % FIXTURES), attempt: 2 }];
}
