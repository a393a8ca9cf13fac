// Where a unit goes next, and how attempts are told in words.
import { getFailureTitle } from '../../domain/run/failure.ts';
import { type FixtureRef, isSameFixture } from '../../domain/run/fixture-ref.ts';
import type { Bin, Instruction } from '../../domain/run/verdict.ts';
import { listFixtures, type RunAttempt } from '../attempts/run-attempt.ts';
import type { UnitHistory } from '../history/unit-history.ts';

/** Into a bin. */
export function sendToBin(bin: Bin): Instruction {
  return { do: 'put-in-bin', bin };
}

/** To a sound fixture that the unit has not failed on, before one it was on; re-seated where there is no other. */
export function retestElsewhere(facts: UnitHistory): Instruction {
  const next = findNextFixture(facts);
  if (next !== null) return { do: 'move-to-fixture', fixture: next };
  const { fixture } = facts;
  return fixture?.usable && !fixture.stopped ? { do: 'reseat' } : { do: 'retest-anywhere' };
}

/** The fixture's number, or null when no other can take the unit: least tried first, other cable first, then the next in the row, so that retests spread. */
export function findNextFixture({ input, attempts }: UnitHistory): number | null {
  const { run, fixtures } = input;
  const tried = (fixture: FixtureRef): number =>
    attempts.filter((attempt) => isSameFixture(attempt.fixture, fixture)).length;
  const sameCable = (cable: string | null): number => (cable !== null && cable === run.cable ? 1 : 0);
  const inRow = (number: number): number => (number > run.fixture ? number : number + Number.MAX_SAFE_INTEGER / 2);
  const free = fixtures
    .filter(({ station, number, usable, stopped, challengeOverdue }) => {
      return station === null && number !== run.fixture && usable && !stopped && !challengeOverdue;
    })
    .toSorted(
      (left, right) =>
        tried(left) - tried(right) ||
        sameCable(left.cable) - sameCable(right.cable) ||
        inRow(left.number) - inRow(right.number),
    );
  return free[0]?.number ?? null;
}

/** All counted attempts in words, one sentence each. */
export function describeAttempts(attempts: readonly RunAttempt[]): readonly string[] {
  return attempts.map(
    (attempt, at) => `Run ${at + 1} on fixture ${formatFixture(attempt.fixture)}: ${describeAttemptOutcome(attempt)}.`,
  );
}

function describeAttemptOutcome({ passed, diagnosis }: RunAttempt): string {
  if (passed) return 'passed';
  const title = diagnosis?.code ? getFailureTitle(diagnosis.code) : 'failed';
  return diagnosis ? `${title} (${diagnosis.symptom.class})` : title;
}

/** `fixtures 3 and 7`, each once. */
export function describeFixtures(attempts: readonly RunAttempt[]): string {
  const numbers = listFixtures(attempts).map(formatFixture);
  if (numbers.length === 1) return `fixture ${numbers[0]}`;
  return `fixtures ${numbers.slice(0, -1).join(', ')} and ${numbers.at(-1)}`;
}

/** `3`, or `3 of line2` for a fixture of another station. */
export function formatFixture({ station, number }: FixtureRef): string {
  return station === null ? String(number) : `${number} of ${station}`;
}

/** Numbers of the fixtures of this station on which they were made. */
export function listOwnFixtures(attempts: readonly RunAttempt[]): readonly number[] {
  return listFixtures(attempts).flatMap(({ station, number }) => (station === null ? [number] : []));
}
