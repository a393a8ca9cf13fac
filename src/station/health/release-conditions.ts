// Whether a stopped fixture may work again: proved by its reference units since it was stopped, on a cable with life left.
import { StationError } from '../../base/station-error.ts';
import { assessCableLife } from '../../verdict/fixtures/cable-life.ts';
import type { Policy } from '../../verdict/policy/policy.ts';
import type { FixtureStatusStore } from './fixture-status-store.ts';

/** Reference units that must behave rightly here first. A person's own stop needs no proof, only a cause. */
export function findRequiredProof(standing: FixtureStatusStore, fixture: number): readonly string[] {
  const stop = standing.getStop(fixture);
  return stop && stop.rule !== 'manual' ? standing.findMissingProofForRelease(fixture) : [];
}

/** Throws StationError `station/not-proven` or `station/cable-worn`. */
export function assertReleaseAllowed(standing: FixtureStatusStore, fixture: number, policy: Policy): void {
  const missing = findRequiredProof(standing, fixture);
  if (missing.length > 0) {
    throw new StationError({
      code: 'station/not-proven',
      message: `Fixture ${fixture} was stopped (${standing.getStop(fixture)!.reason}) and has not been proved since`,
      hint: `Run on it first: ${missing.join(', ')}.`,
    });
  }
  const { state, cycles, ratedCycles } = assessCableLife(standing.countCableCycles(fixture), policy);
  if (state !== 'blocked') return;
  throw new StationError({
    code: 'station/cable-worn',
    message: `The cable of fixture ${fixture} is worn out (${cycles} of ${ratedCycles} plug-ins)`,
    hint: 'Replace the cable, then say so: flashline cable replace.',
  });
}
