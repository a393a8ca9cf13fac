// The disk below the whole program fails: the station says that it cannot record and does not blame the record, shows nothing green, and ends.
import { join } from 'node:path';
import { createSeededRandom, type Random } from '../../../src/base/random.ts';
import { temporaryFolder } from '../../record/sample-runs.ts';
import { buildDiskShim, type DiskError, diskErrors, firstOrders, NO_COMPILER, shimEnvironment } from './disk-shim.ts';
import { inParallel } from './in-parallel.ts';
import { type FaultRow, skipped } from './scenario.ts';
import { inspectStation, runStation, stationFolder } from './station-process.ts';

/** Operations at which the disk fails, for each error and persistence. */
const DRAWN = { short: 6, long: 100 } as const;
/** More operations than a batch of two units has; those past its end are not counted. */
const OPERATIONS = 420;
const OPENINGS = 14;

/** Done, a unit failed, bad input, station in trouble: a program that crashed has another. */
const EXIT_STATION = 3;
const HONEST_EXITS: readonly (number | null)[] = [0, 1, EXIT_STATION];

interface Fault {
  readonly error: DiskError;
  readonly forGood: boolean;
  readonly operation: number;
}

export const row: FaultRow = {
  fault: 'the disk fails under the whole station',
  how: 'flashline run on the virtual bench; ENOSPC, EIO, EROFS, EMFILE at operations drawn by seed, once and for good',
  usualSeconds: 35,
  run: async (form) => {
    const library = buildDiskShim();
    if (!library) return skipped(NO_COMPILER);
    const folder = temporaryFolder();
    const faults = drawFaults(DRAWN[form], createSeededRandom('station disk'));
    try {
      const cases = await inParallel((index) => runOnFailingDisk(folder.path, library, faults[index]!), faults.length);
      const refusals = cases.filter(({ refused }) => refused).length;
      return {
        count: cases.length,
        failures: cases.flatMap(({ problems }) => problems),
        note: `${refusals} times the station refused to go on`,
      };
    } finally {
      folder.dispose();
    }
  },
};

function drawFaults(count: number, random: Random): readonly Fault[] {
  const errors = Object.keys(diskErrors) as DiskError[];
  return errors.flatMap((error) =>
    [true, false].flatMap((forGood) =>
      drawOperations(count, error, random).map((operation) => ({ error, forGood, operation })),
    ),
  );
}

/** Different ones; a station opens few files, so there are few moments at which it can have too many. */
function drawOperations(count: number, error: DiskError, random: Random): readonly number[] {
  const drawn = new Set<number>();
  while (drawn.size < (error === 'EMFILE' ? Math.min(count, OPENINGS) : count))
    drawn.add(1 + random.drawInteger(error === 'EMFILE' ? OPENINGS : OPERATIONS));
  return [...drawn];
}

async function runOnFailingDisk(folder: string, library: string, { error, forGood, operation }: Fault) {
  const name = `${error} ${forGood ? 'for good' : 'once'} at operation ${operation}`;
  const directory = stationFolder(folder, name.replaceAll(' ', '-'));
  const env = {
    ...shimEnvironment(library, join(directory, 'record')),
    ...firstOrders.failAt(error, operation, forGood),
  };
  const end = await runStation(directory, env);
  const refused = end.code === EXIT_STATION;
  const honest = HONEST_EXITS.includes(end.code)
    ? []
    : [`ended with ${end.code ?? end.signal}: ${end.complaints.slice(0, 500)}`];
  const silent =
    refused && !/record\/|record/.test(end.complaints + JSON.stringify(end.events))
      ? ['did not say that it cannot record']
      : [];
  const blames = /is damaged|cut off|record\/(damaged|cut-off)/.test(end.complaints + JSON.stringify(end.events))
    ? ['said that the record is damaged, which it is not']
    : [];
  const { problems } = await inspectStation(directory, end);
  return {
    ended: false,
    refused,
    problems: [...honest, ...silent, ...blames, ...problems].map((problem) => `${name}: ${problem}`),
  };
}
