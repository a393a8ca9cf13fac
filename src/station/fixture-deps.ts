// What each fixture is given to work with: its equipment, its desk at the station, and the question whether a unit may be run.

import { isoMoment } from '../base/moment.ts';
import type { RecordedRun } from '../domain/run/record-sequence.ts';
import type { RunHeader } from '../domain/run/run.ts';
import type { UnitIdentity, UnitPurpose } from '../domain/unit/unit.ts';
import type { FixtureEquipment } from '../recipe/step.ts';
import type { Person } from '../record/people/roles.ts';
import type { Fixture, FixtureDesk, FixtureSetting } from './fixture/fixture.ts';
import type { FixtureMachine } from './fixture/fixture-machine.ts';
import { sensePower } from './fixture/tracked-power.ts';
import type { TesterCare } from './health/fixture-supervisor.ts';
import type { FixturePlace, Refusal, StationOptions } from './interface/contracts.ts';
import type { EventLine } from './interface/event-stream.ts';
import { contradictsPresent } from './judging/identity-refusal.ts';
import type { LabelDesk } from './operators/label-queue.ts';
import type { Prompts } from './operators/prompts.ts';
import type { Slots } from './run-slots.ts';

/** The station as its fixtures stand on it. */
export interface FixtureGround {
  readonly options: StationOptions;
  readonly line: EventLine;
  readonly prompts: Prompts;
  readonly slots: Slots;
  readonly care: TesterCare;
  readonly labels: LabelDesk;
  readonly usualStepMs: ReadonlyMap<string, number>;
  readonly operator: Person | null;
  readonly accepting: boolean;
  readonly fixtures: Iterable<Fixture>;
  readonly newRunId: () => string;
  raise(fixture: number, error: unknown): void;
  recorded(run: RecordedRun): void;
}

/** Everything one fixture needs, from the station's own. */
export function fixtureSetting(ground: FixtureGround, place: FixturePlace, machine: FixtureMachine): FixtureSetting {
  const { options } = ground;
  const { clock, recipe, journal, judge, runStep } = options;
  const power = options.powerFor(place.number);
  const sensed = power && sensePower(power, clock);
  return {
    place,
    machine,
    recipe,
    clock,
    journal,
    judge,
    runStep,
    power: sensed,
    fixture: equipmentOf(ground, place, sensed),
    desk: deskOf(ground),
    usualStepMs: ground.usualStepMs,
    emit: (event) => ground.line.emit(event),
    standings: () => ground.care.standings(),
    admit: async (unit, purpose) =>
      meetsItself(ground, place.number, unit) ?? (await options.judge.admit(unit, purpose)),
    meetsItself: (unit) => meetsItself(ground, place.number, unit),
    raise: (error) => ground.raise(place.number, error),
    isoNow: () => isoMoment(clock.wallMs()),
  };
}

function equipmentOf(
  { options, prompts }: FixtureGround,
  place: FixturePlace,
  power: FixtureEquipment['power'],
): FixtureEquipment {
  const { number, portPath, serialPath } = place;
  return {
    number,
    portPath,
    usb: options.usb,
    serial: options.serial,
    serialPath,
    power,
    probe: options.probeFor(number),
    operator: prompts.operator,
    programs: options.programs,
  };
}

function deskOf(ground: FixtureGround): FixtureDesk {
  return {
    takes: (fixture, purpose) => takes(ground, fixture, purpose),
    restsOff: (fixture) => !ground.accepting || ground.care.isStoppedByPerson(fixture),
    labelFor: (fixture) => ground.labels.labelFor(fixture),
    headerFor: (place, unit, purpose) => headerFor(ground, place, unit, purpose),
    takeSlot: (signal) => ground.slots.take(signal),
    recorded: (run) => ground.recorded(run),
    emptied: (fixture) => ground.labels.forget(fixture),
  };
}

/** A stopped fixture takes only the units that prove it. */
function takes(ground: FixtureGround, fixture: number, purpose: UnitPurpose): boolean {
  if (!ground.accepting) return false;
  return purpose === 'golden' || purpose === 'known-bad' || ground.care.takesProduction(fixture);
}

function headerFor(ground: FixtureGround, place: FixturePlace, unit: UnitIdentity, purpose: UnitPurpose): RunHeader {
  const { options, care, operator, newRunId } = ground;
  const { recipe, station, batch, program, instance, clock } = options;
  return {
    runId: newRunId(),
    station,
    fixture: place.number,
    portPath: place.portPath,
    cable: care.cableOf(place.number),
    batch: batch.name,
    operator: operator?.id ?? null,
    purpose,
    product: recipe.product,
    recipe: {
      name: recipe.name,
      revision: recipe.revision,
      sha256: recipe.sha256,
      images: recipe.images.map(({ name, file, sha256, bytes }) => ({ name, file, sha256, sizeBytes: bytes.length })),
    },
    program,
    instance,
    startedAt: isoMoment(clock.wallMs()),
    unit,
  };
}

/** Two units here now that share an identity are both refused; one that has left its own fixture is only on its way. */
function meetsItself(ground: FixtureGround, fixture: number, unit: UnitIdentity): Refusal | null {
  const fixtures = [...ground.fixtures];
  if (!fixtures.some(({ place, hasUnit }) => place.number === fixture && hasUnit)) return null;
  for (const other of fixtures) {
    const { number } = other.place;
    const here = other.unitHere;
    const conflict = here && contradictsPresent(fixture, unit, { fixture: number, unit: here });
    if (!conflict) continue;
    other.refuse(conflict);
    return conflict;
  }
  return null;
}
