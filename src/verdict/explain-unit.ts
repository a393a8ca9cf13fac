// Why a unit stands where it stands: its whole history as lines that a person can read.

import { isForReviewBoard } from '../domain/decisions/sign-off.ts';
import { getRecordPlace, type Recorded, type RecordedRun, sortByPlace } from '../domain/run/record-place.ts';
import type { RunRecord } from '../domain/run/run.ts';
import type { Verdict } from '../domain/run/verdict.ts';
import { formatUnitName } from '../domain/unit/unit.ts';
import type { UnitNote } from '../domain/unit/unit-note.ts';

/** What is told of a unit. Runs and notes oldest first. */
export interface ExplainUnitInput {
  readonly runs: readonly RecordedRun[];
  readonly notes: readonly Recorded<UnitNote>[];
  readonly voidedRunIds: ReadonlySet<string>;
  /** The last run judged by what is known now; differs from its own verdict when something has become known since. */
  readonly standing: Verdict | null;
  /** Runs left in its budget, as `decideRunPermission` says; null when it may not be run. */
  readonly runsLeft: number | null;
}

/** Lines for `flashline why UNIT`: where it stands, what would change that, and how it came to it. */
export function explainUnit(story: ExplainUnitInput): readonly string[] {
  const last = story.runs.at(-1);
  if (!last) return ['No run of this unit is on record.'];
  const standing = story.standing ?? last.verdict;
  const isNew = standing.rule !== last.verdict.rule;
  return [
    `Unit ${formatUnitName(last.unit)}: ${describeDisposition(standing)} (rule ${standing.rule})`,
    ...(isNew
      ? [`  (Judged anew; after its last run it was: ${describeDisposition(last.verdict)}, rule ${last.verdict.rule}.)`]
      : []),
    ...formatVerdictLines(standing),
    story.runsLeft === null
      ? `It may not be run again as it is.${describeNextCommand(standing, formatUnitName(last.unit))}`
      : `It may be run ${story.runsLeft} more time${story.runsLeft === 1 ? '' : 's'}.`,
    '',
    'History:',
    ...formatHistoryLines(story),
  ];
}

/** The command by which people go on; nothing where they have decided. */
function describeNextCommand({ disposition, rule }: Verdict, name: string): string {
  const repaired = ` Repair it, then say so: flashline repaired ${name} --cause "…" --name "…"`;
  const signing = `wo people decide: flashline sign ${name} --scrap --reason "…" --name "…" (or --use-as-is).`;
  if (rule === 'D15') return `${repaired} Or t${signing}`;
  if (isForReviewBoard({ disposition, rule })) return ` T${signing}`;
  if (disposition === 'rework') return repaired;
  if (disposition === 'hold')
    return ` Whoever may release it says so: flashline release --unit ${name} --cause "…" --name "…"`;
  if (disposition !== 'scrap-proposed') return '';
  return ` People who may sign decide: flashline sign ${name} --scrap --reason "…" --name "…"`;
}

function formatVerdictLines(verdict: Verdict): readonly string[] {
  return [
    `  ${verdict.ruleText}`,
    ...(verdict.code ? [`  Likely cause: ${verdict.operatorText}`, `  ${verdict.engineerText}`] : []),
    ...(verdict.failureClass ? [`  Symptom ${verdict.symptom}, class ${verdict.failureClass}`] : []),
    '  Because:',
    ...verdict.because.map((sentence) => `    - ${sentence}`),
    ...(verdict.suspects.length > 0 ? [`  Suspects, most likely first: ${verdict.suspects.join(', ')}`] : []),
    ...(verdict.marks.length > 0 ? [`  Marked: ${verdict.marks.join(', ')}`] : []),
    ...(verdict.likelihood ? [`  By the runs alone (advice): ${formatLikelihood(verdict.likelihood)}`] : []),
    `  What would change this: ${verdict.wouldChange}`,
  ];
}

function formatHistoryLines({ runs, notes, voidedRunIds }: ExplainUnitInput): readonly string[] {
  const told = [
    ...runs.map((run) => ({
      ...getRecordPlace(run),
      at: run.endedAt,
      text: formatRunLine(run, voidedRunIds.has(run.runId)),
    })),
    ...notes.map((note) => ({ ...getRecordPlace(note), at: note.at, text: formatNoteLine(note) })),
  ];
  return sortByPlace(told).map(({ at, text }) => `  ${at.slice(0, 10)} ${at.slice(11, 19)}  ${text}`);
}

function formatRunLine(run: RunRecord, voided: boolean): string {
  const where = `${run.recipe.name} on fixture ${run.fixture} of ${run.station}`;
  const what = run.failure ? `${run.result}: ${run.failure.message}` : (run.error?.message ?? run.result);
  const counted = voided ? ', void since' : run.verdict.countsAgainstUnit ? '' : ', not counted';
  return `${where}: ${what}; ${describeDisposition(run.verdict)} (${run.verdict.rule})${counted}`;
}

function formatNoteLine(note: UnitNote): string {
  switch (note.kind) {
    case 'repaired':
      return `repaired by ${note.by}: ${note.cause}`;
    case 'released':
      return `released by ${note.by}: ${note.reason}`;
    case 'decided':
      return `${note.decision} decided by ${note.by.join(' and ')}`;
    case 'signed':
      return `${note.decision} signed by ${note.by} (${note.role}): ${note.reason}`;
  }
}

function describeDisposition({ disposition, instruction, reason }: Verdict): string {
  if (disposition === 'retest' && instruction.do === 'move-to-fixture')
    return `retest on fixture ${instruction.fixture}`;
  const tag = reason && disposition !== 'pass' ? `: ${reason}` : '';
  return `${disposition.replace('-', ' ')}${tag}`;
}

function formatLikelihood(likelihood: Readonly<Record<string, number>>): string {
  return Object.entries(likelihood)
    .sort(([, left], [, right]) => right - left)
    .map(([cause, share]) => `${cause} ${(share * 100).toFixed(share > 0.99 && share < 1 ? 2 : 0)} %`)
    .join(', ');
}
