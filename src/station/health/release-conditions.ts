// Whether a stopped fixture may work again: proved by its reference units since it was stopped, on a cable with life left.
import { StationError } from '../../base/station-error.ts';
import { cableStanding } from '../../verdict/fixtures/cable-life.ts';
import type { Policy } from '../../verdict/policy/policy.ts';
import type { TesterStanding } from './fixture-status-store.ts';

/** Reference units that must behave rightly here first. A person's own stop needs no proof, only a cause. */
export function proofWanted(standing: TesterStanding, fixture: number): readonly string[] {
  const stop = standing.stopOf(fixture);
  return stop && stop.rule !== 'manual' ? standing.missingForRelease(fixture) : [];
}

/** Throws StationError `station/not-proven` or `station/cable-worn`. */
export function assertMayRelease(standing: TesterStanding, fixture: number, policy: Policy): void {
  const missing = proofWanted(standing, fixture);
  if (missing.length > 0) {
    throw new StationError({
      code: 'station/not-proven',
      kind: 'input',
      message: `Fixture ${fixture} was stopped (${standing.stopOf(fixture)!.reason}) and has not been proved since`,
      hint: `Run on it first: ${missing.join(', ')}.`,
    });
  }
  const { state, cycles, ratedCycles } = cableStanding(standing.cyclesOf(fixture), policy);
  if (state !== 'blocked') return;
  throw new StationError({
    code: 'station/cable-worn',
    kind: 'input',
    message: `The cable of fixture ${fixture} is worn out (${cycles} of ${ratedCycles} plug-ins)`,
    hint: 'Replace the cable, then say so: flashline cable replace.',
  });
}
