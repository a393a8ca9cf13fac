// Releases a fixture while its station rests, under the same conditions as at the running one; it works at the next start.
import type { Clock } from '../../base/clock.ts';
import { StationError } from '../../base/station-error.ts';
import type { Person } from '../../domain/people/person.ts';
import type { ChallengeSet } from '../../recipe/recipe.ts';
import type { Policy } from '../../verdict/policy/policy.ts';
import type { FixturePlace, RunHistory, StationNotes } from '../interface/contracts.ts';
import { FixtureStatusStore, MAX_RESTORED_RUNS } from './fixture-status-store.ts';
import { assertReleaseAllowed } from './release-conditions.ts';

export interface OfflineStationDeps {
  readonly fixtures: readonly FixturePlace[];
  readonly policy: Policy;
  readonly history: Pick<RunHistory, 'findRecentRuns' | 'countRunsAtFixture'>;
  readonly log: Pick<StationNotes, 'append' | 'findRecentEntries'>;
  readonly clock: Clock;
  /** Of the recipe that ran last at the fixture; asked for only when a rule stopped it. */
  readonly challengeFor: (fixture: number) => Promise<ChallengeSet | null>;
}

export interface FixtureRelease {
  readonly fixture: number;
  readonly cause: string;
  readonly by: Person;
}

/** Throws StationError `station/not-stopped`, `station/not-proven`, `station/cable-worn`, `record/not-allowed`. */
export async function releaseFixtureOffline(
  station: OfflineStationDeps,
  { fixture, cause, by }: FixtureRelease,
): Promise<void> {
  const { policy, log } = station;
  const stop = (await restoreFixtureStatus(station, null)).getStop(fixture);
  if (!stop) throw createNotStoppedError(fixture);
  const challenge = stop.rule === 'manual' ? null : await station.challengeFor(fixture);
  assertReleaseAllowed(await restoreFixtureStatus(station, challenge), fixture, policy);
  await log.append('fixture-released', { fixture, by, cause });
}

async function restoreFixtureStatus(
  { fixtures, log, history, clock }: OfflineStationDeps,
  challenge: ChallengeSet | null,
): Promise<FixtureStatusStore> {
  const standing = new FixtureStatusStore(fixtures, challenge, clock.readWallMs());
  await standing.restore(log, history, await history.findRecentRuns(MAX_RESTORED_RUNS));
  return standing;
}

function createNotStoppedError(fixture: number): StationError {
  return new StationError({
    code: 'station/not-stopped',
    message: `Fixture ${fixture} is not stopped`,
    hint: 'A fixture with a fault of the station works again as soon as the fault is gone.',
  });
}
