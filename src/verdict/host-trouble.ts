// Several fixtures failing within seconds: host, hub or supply, not the units.
import type { RunRecord, UnjudgedRun } from '../model/run.ts';
import { unitGroup } from './attempt.ts';
import type { JudgementInput } from './case.ts';
import { diagnose } from './symptoms.ts';

/** Failures this close together have one cause. */
const TOGETHER_MS = 10_000;
/** At least this many fixtures, and at least this share of the station's. */
const TOGETHER_COUNT = 3;
const TOGETHER_SHARE = 1 / 8;
/** What a hub reset looks like at a fixture: not there, gone in the middle, silent afterwards, or an error of the port itself. */
const LINK_CLASSES: readonly string[] = ['F1', 'F3', 'F8', 'F12'];

/** Fixtures that lost their link together with this run's, this one included; empty when too few. Runs newest first. */
export function failingTogether({
  run,
  recentRuns,
  fixtures,
}: Pick<JudgementInput, 'run' | 'recentRuns' | 'fixtures'>): readonly number[] {
  if (!lostLink(run) || hasFailedBefore(run, recentRuns)) return [];
  const together = linkFailuresNear(run, recentRuns);
  const numbers = [...new Set([run.fixture, ...together.map((other) => other.fixture)])].sort((a, b) => a - b);
  return numbers.length >= Math.max(TOGETHER_COUNT, fixtures.length * TOGETHER_SHARE) ? numbers : [];
}

/** Earlier runs that lost their link within the same seconds; a unit that fails again says something of itself, not of the host. */
export function linkFailuresNear(run: UnjudgedRun, recentRuns: readonly RunRecord[]): readonly RunRecord[] {
  const endedAtMs = Date.parse(run.endedAt);
  const near: RunRecord[] = [];
  for (const [at, other] of recentRuns.entries()) {
    if (endedAtMs - Date.parse(other.endedAt) > TOGETHER_MS) break;
    if (lostLink(other) && !hasFailedBefore(other, recentRuns.slice(at + 1))) near.push(other);
  }
  return near;
}

function lostLink(run: UnjudgedRun): boolean {
  return run.result !== 'pass' && LINK_CLASSES.includes(diagnose(run)?.symptom.class ?? '');
}

function hasFailedBefore(run: UnjudgedRun, earlier: readonly RunRecord[]): boolean {
  const unit = unitGroup(run.unit);
  return unit !== undefined && earlier.some((other) => other.result !== 'pass' && unitGroup(other.unit) === unit);
}
