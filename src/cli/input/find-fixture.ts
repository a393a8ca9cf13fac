// A fixture that is named on the command line, found in its station.
import type { FixturePlan, StationPlan } from '../../station/file/station-plan.ts';
import { createArgumentError } from '../options/arguments.ts';

/** Throws StationError `cli/argument` for a number that the station has not. */
export function findFixture({ name, fixtures }: StationPlan, number: number): FixturePlan {
  const found = fixtures.find((fixture) => fixture.number === number);
  if (found) return found;
  const known = fixtures.map((fixture) => fixture.number).join(', ');
  throw createArgumentError(`${name} has no fixture ${number}`, `its fixtures are ${known}`);
}
