// Many different units failing alike on several fixtures: recipe, firmware or component lot.
import { type Attempt, sinceRelease } from './attempt.ts';
import type { FixtureStanding } from './case.ts';
import type { StopReason } from './stop-rules.ts';

/**
 * The practice sheet asks for three units within fifty. At 3 % bad units of which a third fail alike that strikes several
 * times in 10,000 units of a sound lot; seven do so less than once in 100,000 and still find a lot of which a quarter is
 * bad within about thirty units.
 */
const LOT_UNITS = 7;
const LOT_WINDOW = 50;
const LOT_FIXTURES = 2;

/** Why recipe or lot is in doubt with this failure, or null. `earlier` oldest first; looks back to the last release. */
export function lotTrouble(
  own: Attempt,
  earlier: readonly Attempt[],
  fixtures: readonly FixtureStanding[],
): StopReason | null {
  if (!own.diagnosis) return null;
  const signature = alikeKey(own);
  const units = new Map<string, Attempt[]>();
  const before = sinceRelease(earlier, fixtures).filter(({ recipe }) => recipe === own.recipe);
  for (const attempt of [own, ...before.toReversed()]) {
    const known = units.get(attempt.unit);
    if (known) known.push(attempt);
    else if (units.size < LOT_WINDOW) units.set(attempt.unit, [attempt]);
    else break;
  }
  const failing = [...units.values()].filter((runs) => speaksOfLot(runs, signature));
  const places = new Set(failing.flatMap((runs) => runs.map((attempt) => attempt.fixture)));
  if (failing.length < LOT_UNITS || places.size < LOT_FIXTURES || isMostlyOneFixture(failing)) return null;
  return {
    rule: 'D11',
    reason: `${failing.length} of the last ${units.size} units failed alike (${own.diagnosis.symptom.class}) on ${places.size} fixtures.`,
  };
}

/** Fails alike, never passed, and was new to the line: units that come back from repair fail alike in any lot. */
function speaksOfLot(runs: readonly Attempt[], signature: string): boolean {
  const isNew = runs.at(-1)!.ordinal === 1;
  return isNew && !runs.some(({ passed }) => passed) && runs.some((attempt) => alikeKey(attempt) === signature);
}

/** Class and step: where in flash does not matter when units are compared. */
function alikeKey({ diagnosis }: Attempt): string {
  return diagnosis ? diagnosis.signature.split('/').slice(0, 2).join('/') : '';
}

function isMostlyOneFixture(failing: readonly (readonly Attempt[])[]): boolean {
  const first = failing.map((runs) => runs.at(-1)!.fixture);
  return first.some((fixture) => first.filter((other) => other === fixture).length > first.length / 2);
}
