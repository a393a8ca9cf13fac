// Releases a fixture while its station rests, under the same conditions as at the running one; it works at the next start.
import type { Clock } from '../../base/clock.ts';
import { StationError } from '../../base/station-error.ts';
import type { ChallengeSet } from '../../recipe/recipe.ts';
import type { Person } from '../../record/people/roles.ts';
import type { Policy } from '../../verdict/policy/policy.ts';
import type { FixturePlace, RunHistory, StationNotes } from '../interface/contracts.ts';
import { RECALLED_RUNS, TesterStanding } from './fixture-status-store.ts';
import { assertMayRelease } from './release-conditions.ts';

export interface RestingStation {
  readonly fixtures: readonly FixturePlace[];
  readonly policy: Policy;
  readonly history: Pick<RunHistory, 'recentRuns' | 'runCountAt'>;
  readonly log: Pick<StationNotes, 'append' | 'recent'>;
  readonly clock: Clock;
  /** Of the recipe that ran last at the fixture; asked for only when a rule stopped it. */
  readonly challengeFor: (fixture: number) => Promise<ChallengeSet | null>;
}

export interface Release {
  readonly fixture: number;
  readonly cause: string;
  readonly by: Person;
}

/** Throws StationError `station/not-stopped`, `station/not-proven`, `station/cable-worn`, `record/not-allowed`. */
export async function releaseAtRest(station: RestingStation, { fixture, cause, by }: Release): Promise<void> {
  const { policy, log } = station;
  const stop = (await recalled(station, null)).stopOf(fixture);
  if (!stop) throw notStopped(fixture);
  const challenge = stop.rule === 'manual' ? null : await station.challengeFor(fixture);
  assertMayRelease(await recalled(station, challenge), fixture, policy);
  await log.append('fixture-released', { fixture, by, cause });
}

async function recalled(
  { fixtures, log, history, clock }: RestingStation,
  challenge: ChallengeSet | null,
): Promise<TesterStanding> {
  const standing = new TesterStanding(fixtures, challenge, clock.wallMs());
  await standing.recall(log, history, await history.recentRuns(RECALLED_RUNS));
  return standing;
}

function notStopped(fixture: number): StationError {
  return new StationError({
    code: 'station/not-stopped',
    kind: 'input',
    message: `Fixture ${fixture} is not stopped`,
    hint: 'A fixture with a fault of the station works again as soon as the fault is gone.',
  });
}
