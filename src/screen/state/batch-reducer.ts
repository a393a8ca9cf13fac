// One run onto the batch: which units wait to be put away, and the counts, by the same rules as the reports.

import type { StationEvent } from '../../domain/events.ts';
import { tallyUnit, toYieldRun, type UnitTally } from '../../domain/quality/yields.ts';
import type { RunHeader, RunRecord } from '../../domain/run/run.ts';
import { countDispositions, type Disposition, getBinOf } from '../../domain/run/verdict.ts';
import { formatUnitName, type UnitIdentity } from '../../domain/unit/unit.ts';
import { findLinkedName, mergeIdentities } from '../../domain/unit/unit-linking.ts';
import { listUnitKeys } from '../../domain/unit/unit-matching.ts';
import type { BatchCounts, BatchUnits, BoardState, FailingUnit } from './board-state.ts';
import { sanitizeText } from './sanitize-text.ts';
import { formatVerdictReason, getVerdictReason } from './tile-reducer.ts';

/** A unit that was to be tested again is in a fixture again: its line has done its work. */
export function reduceRunStarted(state: BoardState, run: RunHeader): BoardState {
  const key = findUnitName(state.units, run.unit);
  const stays = (line: FailingUnit): boolean => line.key !== key || line.disposition !== 'retest';
  return { ...state, failing: state.failing.filter(stays) };
}

/** Runs of other purposes than production show their result and are counted nowhere. */
export function reduceRunRecorded(state: BoardState, run: RunRecord): BoardState {
  if (run.purpose !== 'production') return state;
  const key = findUnitName(state.units, run.unit) ?? run.runId;
  const units = addRunToUnits(state.units, key, run);
  return {
    ...state,
    units,
    counts: toBatchCounts(units, state.counts.runs + 1),
    failing: updateFailingUnits(state.failing, key, run),
  };
}

/** Enough people have signed that the unit of this run is scrapped. */
export function reduceScrapSigned(state: BoardState, runId: string): BoardState {
  const line = state.failing.find((unit) => unit.runId === runId);
  if (!line || !state.units.tallies[line.key]) return state;
  const failing = state.failing.map((unit) => (unit === line ? { ...line, disposition: 'scrap' as const } : unit));
  return { ...moveUnit(state, line.key, 'scrap'), failing };
}

/** A unit stands elsewhere by what was learnt since: one that lies in a bin already is called out of it. */
export function reduceVerdictRevised(
  state: BoardState,
  event: Extract<StationEvent, { readonly type: 'verdict-revised' }>,
): BoardState {
  const { runId, fixture, verdict, before, unit } = event;
  const { disposition, instruction } = verdict;
  const key = findUnitName(state.units, unit) ?? runId;
  const known = state.failing.find((line) => line.runId === runId);
  const next = moveUnit(state, key, disposition);
  const told = { disposition, instruction, reason: formatVerdictReason(verdict), isTargetFree: true };
  const isElsewhere = getBinOf(disposition) !== getBinOf(before.disposition);
  // Nobody has said where a lifted unit is: it may lie in its bin already.
  const calledFrom = isElsewhere && (known?.lifted ?? true) ? getBinOf(before.disposition) : null;
  if (known) {
    const revised = { ...known, ...told, calledFrom };
    return { ...next, failing: state.failing.map((line) => (line === known ? revised : line)) };
  }
  if (!calledFrom) return next;
  const called = { runId, key, unit: sanitizeText(formatUnitName(unit)), fixture, lifted: true, calledFrom, ...told };
  return { ...next, failing: [...state.failing.filter((line) => line.key !== key), called] };
}

/** The counts with the unit where it stands now; one of another batch is counted nowhere. */
function moveUnit(state: BoardState, key: string, disposition: Disposition): BoardState {
  const tally = state.units.tallies[key];
  if (!tally) return state;
  const units = { ...state.units, tallies: { ...state.units.tallies, [key]: { ...tally, disposition } } };
  return { ...state, units, counts: toBatchCounts(units, state.counts.runs) };
}

/** The name under which this unit was seen before, else the first of its own. */
function findUnitName({ names, identities }: BatchUnits, unit: UnitIdentity): string | undefined {
  return findLinkedName(unit, { findName: (key) => names[key], findIdentity: (name) => identities[name] });
}

function addRunToUnits(units: BatchUnits, key: string, run: RunRecord): BatchUnits {
  const { code } = run.verdict;
  return {
    tallies: { ...units.tallies, [key]: tallyUnit(units.tallies[key], toYieldRun(run, key)) },
    identities: { ...units.identities, [key]: mergeIdentities(units.identities[key], run.unit) },
    names: { ...units.names, ...Object.fromEntries(listUnitKeys(run.unit).map((identity) => [identity, key])) },
    codes: code === null ? units.codes : { ...units.codes, [code]: (units.codes[code] ?? 0) + 1 },
  };
}

function toBatchCounts({ tallies }: BatchUnits, runs: number): BatchCounts {
  const all: readonly UnitTally[] = Object.values(tallies);
  return {
    runs,
    units: countDispositions(all.map(({ disposition }) => disposition)),
    firstRuns: all.filter((unit) => unit.firstRunSeen).length,
    firstPasses: all.filter((unit) => unit.firstRunSeen && unit.passedAt === 1).length,
  };
}

/** A unit has at most one line: its latest run replaces the one before, and a pass takes it off. */
function updateFailingUnits(failing: readonly FailingUnit[], key: string, run: RunRecord): readonly FailingUnit[] {
  const others = failing.filter((line) => line.key !== key);
  const { disposition, instruction } = run.verdict;
  if (disposition === 'pass') return others;
  const unit = sanitizeText(formatUnitName(run.unit));
  const { runId, fixture } = run;
  return [
    ...others,
    {
      runId,
      key,
      unit,
      disposition,
      reason: getVerdictReason(run),
      instruction,
      fixture,
      lifted: false,
      calledFrom: null,
      isTargetFree: true,
    },
  ];
}
