// Lots of a simulation that are done, kept in a file as they end: one that was cut off is taken up where it stood.
import { appendFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { makeFolder } from '../../../base/make-folder.ts';
import { createArgumentError } from '../../options/arguments.ts';
import type { LotLine } from './simulation-jobs.ts';

export interface FinishedLots {
  readonly done: readonly LotLine[];
  add(line: LotLine): void;
}

/** Nothing is kept. */
export const noFinishedLots: FinishedLots = { done: [], add: () => undefined };

/**
 * The lots in the file, which is begun when it is not there. `what` says what is simulated and stands in its first line; a
 * smaller population is the beginning of a larger one.
 * Throws StationError `cli/argument` when the file is of another simulation.
 */
export function openFinishedLots(file: string, what: string): FinishedLots {
  if (!existsSync(file)) createLotFile(file, what);
  const [heading, ...lines] = readFileSync(file, 'utf8').split('\n');
  if (heading !== what)
    throw createArgumentError(`${file} is of another simulation: ${heading}`, 'name another file, or remove this one');
  return {
    done: lines.flatMap(parseFinishedLot),
    add: (line) => appendFileSync(file, `${JSON.stringify(line)}\n`),
  };
}

function createLotFile(file: string, what: string): void {
  makeFolder(dirname(file), { code: 'cli/unwritten', hint: 'Check the path, or name another file with --resume.' });
  writeFileSync(file, `${what}\n`);
}

/** A line that was cut off in the middle is of a lot that has to be run again. */
function parseFinishedLot(line: string): readonly LotLine[] {
  try {
    return [JSON.parse(line) as LotLine];
  } catch {
    return [];
  }
}
