// When a unit was repaired, and whether what was found there explains how it had failed.
import {
  getRecordPlace,
  isAfter,
  type Recorded,
  type RecordedRun,
  type RecordPlace,
  sortByPlace,
} from '../../domain/run/record-place.ts';
import type { RepairFinding, UnitNote } from '../../domain/unit/unit-note.ts';
import type { RunAttempt } from '../attempts/run-attempt.ts';
import type { FailureClass } from '../symptoms/failure-class.ts';
import type { Remedy } from '../symptoms/symptom.ts';

/** Where repairs are written: in notes by people, and in runs over SWD that wrote the unit anew. */
export interface RepairHistory {
  readonly notes: readonly Recorded<UnitNote>[];
  readonly unitRuns: readonly RecordedRun[];
  readonly otherRuns: readonly RecordedRun[];
}

/** One repair: everything that was done to the unit between two tests, at the place of the last thing that was done. */
export interface UnitRepair extends RecordPlace {
  /** What was found, by each note and run of this repair that says so. */
  readonly findings: readonly RepairFinding[];
}

/** Failure classes that each finding explains; a part that was changed explains all. */
const EXPLAINED_CLASSES: Readonly<Record<Exclude<RepairFinding, 'part'>, readonly FailureClass[]>> = {
  nothing: [],
  bootloader: ['F1', 'F2', 'F4', 'F5', 'F6', 'F10'],
  protection: ['F2', 'F4', 'F5', 'F6', 'F7'],
  firmware: ['F2', 'F7', 'F8', 'F9', 'F10'],
  contact: ['F1', 'F3', 'F8', 'F9', 'F11'],
};

/** What rework does is known, and with it what it will find, where the evidence itself named the remedy. */
const CERTAIN_REMEDIES: readonly (Remedy | undefined)[] = ['replace-bootloader', 'remove-protection'];

/**
 * The unit's repairs, oldest first. A passed run that wrote flash over SWD is a repair with a record of its own; together
 * with the note about it, it is one: without a test in between nobody can know that the first did not help.
 */
export function listRepairs({ notes, unitRuns, otherRuns }: RepairHistory): readonly UnitRepair[] {
  const noted = notes.flatMap((note) =>
    note.kind === 'repaired' ? [{ ...getRecordPlace(note), findings: note.finding ? [note.finding] : [] }] : [],
  );
  const written = otherRuns
    .filter((run) => run.result === 'pass' && wasWrittenOverSwd(run))
    .map((run) => ({ ...getRecordPlace(run), findings: [] }));
  const tests = [...unitRuns, ...otherRuns].filter((run) => run.result !== 'void' && !wasWrittenOverSwd(run));
  const repairs: UnitRepair[] = [];
  for (const next of sortByPlace<UnitRepair>([...noted, ...written])) {
    const last = repairs.at(-1);
    if (last && !tests.some((test) => isAfter(test, last) === 'yes' && isAfter(next, test) === 'yes')) {
      repairs[repairs.length - 1] = { ...next, findings: [...last.findings, ...next.findings] };
    } else repairs.push(next);
  }
  return repairs;
}

/** Attempts recorded after the last repair, and those of which nobody knows. */
export function selectAttemptsSinceRepair(
  attempts: readonly RunAttempt[],
  history: RepairHistory,
): readonly RunAttempt[] {
  const repair = listRepairs(history).at(-1);
  return repair ? attempts.filter((attempt) => isAfter(attempt, repair) !== 'no') : attempts;
}

/** Failures before the last repair which no repair since has explained. */
export function selectUnexplainedFailures(
  failures: readonly RunAttempt[],
  repairs: readonly UnitRepair[],
): readonly RunAttempt[] {
  const last = repairs.at(-1);
  if (!last) return [];
  return failures.filter(
    (failure) =>
      isAfter(last, failure) === 'yes' &&
      !repairs.some((repair) => isAfter(repair, failure) === 'yes' && isExplainedBy(repair, failure)),
  );
}

function isExplainedBy({ findings }: UnitRepair, { diagnosis }: RunAttempt): boolean {
  if (CERTAIN_REMEDIES.includes(diagnosis?.symptom.remedy) && !findings.includes('nothing')) return true;
  const failureClass = diagnosis?.symptom.class;
  return findings.some(
    (finding) =>
      finding === 'part' || (failureClass !== undefined && EXPLAINED_CLASSES[finding].includes(failureClass)),
  );
}

function wasWrittenOverSwd({ steps }: RecordedRun): boolean {
  return steps.some((step) => step.kind === 'swd-flash');
}
