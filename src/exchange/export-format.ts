// The contract of an export: records in one by one, pieces of files out, never more than a few runs in memory.
import type { DecidedRun } from '../domain/decisions/decided-run.ts';
import type { RunRecord } from '../domain/run/run.ts';
import type { ExclusionReason } from './result-map.ts';

/** Gives the runs to export, oldest first; may be asked more than once, and gives the same each time. */
export type RunSource = () => AsyncIterable<DecidedRun>;

/** A piece of a file. Pieces of one file come in order; a name may hold one folder. */
export interface ExportPiece {
  readonly file: string;
  readonly text: string;
}

/** What the receiving systems want to know and no record holds. */
export interface ExportOptions {
  /** WATS: number of the process (test operation) as set up there. */
  readonly processCode: number;
  /** WATS: number of the repair operation as set up there. */
  readonly repairCode: number;
  /** WATS: where the station stands; CFX: part of the source's name. */
  readonly location: string;
  /** TofuPilot: id of the procedure as set up there. */
  readonly procedureId: string;
}

export const defaultExportOptions: ExportOptions = {
  processCode: 10,
  repairCode: 500,
  location: 'factory',
  procedureId: 'flashline',
};

/** Which runs a format keeps from its receiver, and what becomes of them. */
export interface Omission {
  readonly reasonFor: (run: RunRecord) => ExclusionReason | null;
  /** Words before the list of reasons. */
  readonly becoming: string;
}

/** Runs that would spoil the receiver's yields are in no file. */
export const EXCLUSION_TEXT = 'left out, since they must enter no yield';

export interface ExportFormat {
  /** As named on the command line. */
  readonly name: string;
  /** One sentence for `--help`. */
  readonly summary: string;
  /** What the output was checked against, as printed. */
  readonly checkedAgainst: string;
  /** Runs that the files do not tell as tests of their units; null when every run is told. */
  readonly omits: Omission | null;
  write(runs: RunSource, options: ExportOptions): AsyncIterable<ExportPiece>;
}

/** One file per run, in a folder per day of its start. */
export function createFilePerRunWriter(
  ending: string,
  convert: (run: RunRecord, options: ExportOptions) => unknown | null,
  nameOf: (run: RunRecord) => string,
): ExportFormat['write'] {
  return async function* write(runs, options) {
    for await (const run of runs()) {
      const document = convert(run, options);
      if (document !== null)
        yield { file: `${toDayFolder(run)}/${nameOf(run)}.${ending}`, text: `${JSON.stringify(document)}\n` };
    }
  };
}

/** Folder of a run's files: the day of its start where it was made. */
export function toDayFolder({ startedAt }: RunRecord): string {
  return /^\d{4}-\d\d-\d\d/.exec(startedAt)?.[0] ?? 'undated';
}
