// Several fixtures failing within seconds: host, hub or supply, not the units.
import type { RunRecord, UnjudgedRun } from '../model/run.ts';
import type { JudgementInput } from './case.ts';
import { diagnose } from './symptoms.ts';

/** Failures this close together have one cause. */
const TOGETHER_MS = 10_000;
/** At least this many fixtures, and at least this share of the station's. */
const TOGETHER_COUNT = 3;
const TOGETHER_SHARE = 1 / 8;
/** What a hub reset looks like at a fixture: not there, gone in the middle, silent afterwards. */
const LINK_CLASSES: readonly string[] = ['F1', 'F3', 'F8'];
/** The same where the port itself reports an error; as a unit's failure it is a person who did not answer. */
const STATION_CLASS = 'F12';

/**
 * Fixtures that lost their link together with this run's, this one included; empty when too few. `recentRuns` newest
 * first. A unit that had failed before proves nothing of a hub: units that come back from repair fail side by side. Nor
 * does a fixture that is stopped: whoever looks for its trouble loses the link there again and again.
 */
export function failingTogether({
  run,
  unitRuns,
  recentRuns,
  fixtures,
}: Pick<JudgementInput, 'run' | 'recentRuns' | 'fixtures'> & {
  readonly unitRuns: readonly RunRecord[];
}): readonly number[] {
  if (!lostLink(run)) return [];
  const telling = linkFailuresNear(run, recentRuns).filter(({ attempt }) => attempt === 1);
  const own = unitRuns.some((earlier) => earlier.verdict.countsAgainstUnit) ? [] : [run.fixture];
  const isStopped = (fixture: number) => fixtures.some(({ number, stopped }) => number === fixture && stopped);
  const lost = new Set([...own, ...telling.map(({ fixture }) => fixture)]);
  const numbers = [...lost].filter((fixture) => !isStopped(fixture)).sort((a, b) => a - b);
  return numbers.length >= Math.max(TOGETHER_COUNT, fixtures.length * TOGETHER_SHARE) ? numbers : [];
}

/** Other runs that lost their link within the same seconds. */
export function linkFailuresNear(run: UnjudgedRun, recentRuns: readonly RunRecord[]): readonly RunRecord[] {
  const endedAtMs = Date.parse(run.endedAt);
  const near: RunRecord[] = [];
  for (const other of recentRuns) {
    const apartMs = endedAtMs - Date.parse(other.endedAt);
    if (apartMs > TOGETHER_MS) break;
    if (apartMs >= -TOGETHER_MS && lostLink(other)) near.push(other);
  }
  return near;
}

function lostLink(run: UnjudgedRun): boolean {
  if (run.result === 'pass') return false;
  const symptom = diagnose(run)?.symptom.class ?? '';
  return LINK_CLASSES.includes(symptom) || (symptom === STATION_CLASS && run.result === 'error');
}
