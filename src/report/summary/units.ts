// Where each unit stands after the runs of a selection: its last disposition, why, and how many runs it took.
import { failureTitle } from '../../domain/run/failure.ts';
import type { RunRecord } from '../../domain/run/run.ts';
import type { Disposition } from '../../domain/run/verdict.ts';
import type { Signature } from '../../domain/unit/signature.ts';
import { unitName } from '../../domain/unit/unit.ts';
import { siteText } from '../text/labels.ts';
import { fixtureName } from './fixtures.ts';

/** One unit with its last run in the selection. */
export interface UnitRow {
  readonly unit: string;
  readonly runId: string;
  readonly disposition: Disposition;
  readonly rule: string;
  /** What failed, or empty for a unit that passed. */
  readonly failure: string;
  readonly code: string;
  /** As on the tag, where the verdict gave one. */
  readonly reason: string;
  readonly site: string;
  /** True when it failed on the way, whatever came of it. */
  readonly failedBefore: boolean;
  readonly runCount: number;
  readonly fixtures: readonly string[];
  /** ISO 8601 with offset: start of its last run. */
  readonly lastAt: string;
  readonly signatures: readonly Signature[];
}

interface UnitTally {
  readonly runIds: string[];
  readonly fixtures: Set<string>;
  failedBefore: boolean;
  last: Pick<UnitRow, 'unit' | 'runId' | 'disposition' | 'rule' | 'failure' | 'code' | 'reason' | 'site' | 'lastAt'>;
}

export interface UnitTallies {
  /** `unit` is the unit's name over all its runs. */
  add(run: RunRecord, unit: string): void;
  /** The most urgent first. */
  rows(signatures: readonly Signature[]): readonly UnitRow[];
}

export function unitTallies(): UnitTallies {
  const units = new Map<string, UnitTally>();
  return {
    add: (run, key) => {
      const tally = units.get(key) ?? { runIds: [], fixtures: new Set(), failedBefore: false, last: lastOf(run) };
      units.set(key, tally);
      tally.runIds.push(run.runId);
      tally.fixtures.add(fixtureName(run));
      tally.failedBefore ||= (run.result === 'fail' || run.result === 'timeout') && run.verdict.countsAgainstUnit;
      tally.last = lastOf(run);
    },
    rows: (signatures) => [...units.values()].map((tally) => rowOf(tally, signatures)).sort(byUrgency),
  };
}

function lastOf(run: RunRecord): UnitTally['last'] {
  const { verdict, failure, error } = run;
  return {
    unit: unitName(run.unit),
    runId: run.runId,
    disposition: verdict.disposition,
    rule: verdict.rule,
    failure: failure ? failureTitle(failure.code) : (error?.message ?? ''),
    code: failure?.code ?? error?.code ?? '',
    reason: verdict.reason ?? verdict.operatorText,
    site: failure ? siteText(failure.site) : '',
    lastAt: run.startedAt,
  };
}

function rowOf({ last, runIds, fixtures, failedBefore }: UnitTally, signatures: readonly Signature[]): UnitRow {
  return {
    ...last,
    failedBefore,
    runCount: runIds.length,
    fixtures: [...fixtures],
    signatures: signatures.filter((signature) => runIds.includes(signature.runId)),
  };
}

const URGENCY: readonly Disposition[] = ['scrap', 'scrap-proposed', 'hold', 'rework', 'retest', 'pass'];

function byUrgency(left: UnitRow, right: UnitRow): number {
  return URGENCY.indexOf(left.disposition) - URGENCY.indexOf(right.disposition) || (left.runId < right.runId ? -1 : 1);
}
