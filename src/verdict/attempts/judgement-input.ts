// What the judge is given: the run, what is known of the unit, the fixtures, the station, and the policy.

import type { FixtureRef } from '../../domain/run/fixture-ref.ts';
import type { MaybeRecorded, Recorded, RecordedRun, RecordPlace } from '../../domain/run/record-place.ts';
import type { UnjudgedRun, WriteIntent } from '../../domain/run/run.ts';
import type { UnitNote } from '../../domain/unit/unit-note.ts';
import type { Policy } from '../policy/policy.ts';

/** How a fixture stands at the moment of judging. */
export interface FixtureStatus extends FixtureRef {
  /** Configured, connected, and free of station faults. */
  readonly usable: boolean;
  /** Rule and reason of a standing stop, or null. */
  readonly stopped: { readonly rule: string; readonly reason: string } | null;
  /** Place in the record of the last release from a stop, or null; what was before it no longer speaks against the fixture. */
  readonly lastRelease: RecordPlace | null;
  /** Place in the record of the last golden pass, or null. */
  readonly lastGoldenPass: RecordPlace | null;
  /** Place in the record of the last golden failure, or null. */
  readonly lastGoldenFail: RecordPlace | null;
  /** True when golden or known-bad units should have been run by now. */
  readonly challengeOverdue: boolean;
  /** Codes of station faults open at this fixture. */
  readonly openFaults: readonly string[];
  readonly cable: string | null;
}

export interface JudgementInput {
  /** With its place in the record when it is judged again. */
  readonly run: MaybeRecorded<UnjudgedRun>;
  /** Finished runs of this unit at this operation before this one, oldest first. */
  readonly unitRuns: readonly RecordedRun[];
  /** Finished runs of this unit at other operations (SWD rework above all), oldest first. */
  readonly otherRuns: readonly RecordedRun[];
  /** Repairs, releases and signatures, oldest first. */
  readonly notes: readonly Recorded<UnitNote>[];
  /** Runs that were declared void since, because their fixture was found guilty: kept, not counted. */
  readonly voidedRunIds: ReadonlySet<string>;
  /** The station's last finished runs, newest first, this one left out. */
  readonly recentRuns: readonly RecordedRun[];
  /** All fixtures of the station, and those of other stations of its line of which something is known. */
  readonly fixtures: readonly FixtureStatus[];
  /** Writes to this unit that an earlier run began and never finished. */
  readonly openIntents: readonly WriteIntent[];
  /** The operation that the recipe expects before its own; none when left out. */
  readonly after?: string;
  readonly policy: Policy;
  /** True when the run was judged before and something has become known since: how its fixture stands now is no matter. */
  readonly isAgain?: boolean;
}
