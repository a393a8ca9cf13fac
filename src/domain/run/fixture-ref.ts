// Which fixture, on a line of several stations: a number alone names another fixture at every station.
import type { RecordPlace } from './record-place.ts';

/** A fixture of one station. `station` is null for the station whose record this is, whatever it was called at the time. */
export interface FixtureRef {
  readonly station: string | null;
  readonly number: number;
}

/** The fixture that a run was made at. */
export function getFixtureRef({
  fixture,
  line,
}: { readonly fixture: number } & Pick<Partial<RecordPlace>, 'line'>): FixtureRef {
  return { station: line?.from ?? null, number: fixture };
}

/** True for the same fixture of the same station. */
export function isSameFixture(left: FixtureRef, right: FixtureRef): boolean {
  return left.number === right.number && left.station === right.station;
}

/** A key that is equal for the same fixture only; the bare number for a fixture of this station. */
export function getFixtureKey({ station, number }: FixtureRef): number | string {
  return station === null ? number : `${number} of ${station}`;
}
