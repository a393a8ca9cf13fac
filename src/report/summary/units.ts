// Where each unit stands after the runs of a selection: its last disposition, why, and how many runs it took.

import type { Signature } from '../../domain/people/signature.ts';
import { getFailureTitle } from '../../domain/run/failure.ts';
import type { RunRecord } from '../../domain/run/run.ts';
import type { Disposition } from '../../domain/run/verdict.ts';
import { formatUnitName } from '../../domain/unit/unit.ts';
import { formatFailureSite } from '../text/labels.ts';
import { getFixtureName } from './fixtures.ts';

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

interface UnitRowTally {
  readonly runIds: string[];
  readonly fixtures: Set<string>;
  failedBefore: boolean;
  last: Pick<UnitRow, 'unit' | 'runId' | 'disposition' | 'rule' | 'failure' | 'code' | 'reason' | 'site' | 'lastAt'>;
}

export interface UnitTallies {
  /** `unit` is the unit's name over all its runs. */
  add(run: RunRecord, unit: string): void;
  /** The most urgent first. */
  listRows(signatures: readonly Signature[]): readonly UnitRow[];
}

export function createUnitTallies(): UnitTallies {
  const units = new Map<string, UnitRowTally>();
  return {
    add: (run, key) => {
      const tally = units.get(key) ?? { runIds: [], fixtures: new Set(), failedBefore: false, last: toLastRun(run) };
      units.set(key, tally);
      tally.runIds.push(run.runId);
      tally.fixtures.add(getFixtureName(run));
      tally.failedBefore ||= (run.result === 'fail' || run.result === 'timeout') && run.verdict.countsAgainstUnit;
      tally.last = toLastRun(run);
    },
    listRows: (signatures) => [...units.values()].map((tally) => toUnitRow(tally, signatures)).sort(compareUrgency),
  };
}

function toLastRun(run: RunRecord): UnitRowTally['last'] {
  const { verdict, failure, error } = run;
  return {
    unit: formatUnitName(run.unit),
    runId: run.runId,
    disposition: verdict.disposition,
    rule: verdict.rule,
    failure: failure ? getFailureTitle(failure.code) : (error?.message ?? ''),
    code: failure?.code ?? error?.code ?? '',
    reason: verdict.reason ?? verdict.operatorText,
    site: failure ? formatFailureSite(failure.site) : '',
    lastAt: run.startedAt,
  };
}

function toUnitRow({ last, runIds, fixtures, failedBefore }: UnitRowTally, signatures: readonly Signature[]): UnitRow {
  return {
    ...last,
    failedBefore,
    runCount: runIds.length,
    fixtures: [...fixtures],
    signatures: signatures.filter((signature) => runIds.includes(signature.runId)),
  };
}

const URGENCY: readonly Disposition[] = ['scrap', 'scrap-proposed', 'hold', 'rework', 'retest', 'pass'];

function compareUrgency(left: UnitRow, right: UnitRow): number {
  return URGENCY.indexOf(left.disposition) - URGENCY.indexOf(right.disposition) || (left.runId < right.runId ? -1 : 1);
}
