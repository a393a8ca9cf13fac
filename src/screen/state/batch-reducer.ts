// One run onto the batch: which units wait to be put away, and the counts, by the same rules as the reports.

import { tallyUnit, toYieldRun, type UnitTally } from '../../domain/quality/yields.ts';
import type { RunHeader, RunRecord } from '../../domain/run/run.ts';
import { countDispositions } from '../../domain/run/verdict.ts';
import { formatUnitName, type UnitIdentity } from '../../domain/unit/unit.ts';
import { findLinkedName, mergeIdentities } from '../../domain/unit/unit-linking.ts';
import { listUnitKeys } from '../../domain/unit/unit-matching.ts';
import type { BatchCounts, BatchUnits, BoardState, FailingUnit } from './board-state.ts';
import { sanitizeText } from './sanitize-text.ts';
import { getVerdictReason } from './tile-reducer.ts';

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
  const tally = line && state.units.tallies[line.key];
  if (!line || !tally) return state;
  const tallies = { ...state.units.tallies, [line.key]: { ...tally, disposition: 'scrap' as const } };
  const units = { ...state.units, tallies };
  const failing = state.failing.map((unit) => (unit === line ? { ...line, disposition: 'scrap' as const } : unit));
  return { ...state, units, counts: toBatchCounts(units, state.counts.runs), failing };
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
      isTargetFree: true,
    },
  ];
}
