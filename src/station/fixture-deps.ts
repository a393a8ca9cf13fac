// What each fixture is given to work with: its equipment, its desk at the station, and the question whether a unit may be run.

import { formatIsoMoment } from '../base/moment.ts';
import { countImageBytes } from '../device/firmware/firmware-image.ts';
import type { Person } from '../domain/people/person.ts';
import type { RecordedRun } from '../domain/run/record-place.ts';
import type { RunHeader } from '../domain/run/run.ts';
import type { UnitIdentity, UnitPurpose } from '../domain/unit/unit.ts';
import { listImagePieces } from '../recipe/recipe.ts';
import type { FixtureEquipment } from '../recipe/step.ts';
import type { FixtureDeps, FixtureHost } from './fixture/contracts.ts';
import type { Fixture } from './fixture/fixture.ts';
import { trackPower } from './fixture/tracked-power.ts';
import type { FixtureSupervisor } from './health/fixture-supervisor.ts';
import type { FixturePlace, Refusal, StationOptions } from './interface/contracts.ts';
import type { EventStream } from './interface/event-stream.ts';
import { findPresentUnitConflict } from './judging/identity-refusal.ts';
import type { LabelQueue } from './operators/label-queue.ts';
import type { Prompts } from './operators/prompts.ts';
import type { RunSlots } from './run-slots.ts';

/** The station as its fixtures stand on it. */
export interface SharedFixtureDeps {
  readonly options: StationOptions;
  readonly line: EventStream;
  readonly prompts: Prompts;
  readonly slots: RunSlots;
  readonly care: FixtureSupervisor;
  readonly labels: LabelQueue;
  readonly usualStepMs: ReadonlyMap<string, number>;
  readonly operator: Person | null;
  readonly accepting: boolean;
  readonly fixtures: Iterable<Fixture>;
  readonly newRunId: () => string;
  raiseFault(fixture: number, error: unknown): void;
  onRunRecorded(run: RecordedRun): void;
}

/** Everything one fixture needs, from the station's own. */
export function createFixtureDeps(ground: SharedFixtureDeps, place: FixturePlace): FixtureDeps {
  const { options } = ground;
  const { clock, recipe, journal, judge, runStep } = options;
  const power = options.powerFor(place.number);
  const trackedPower = power && trackPower(power, clock);
  return {
    place,
    recipe,
    clock,
    journal,
    judge,
    runStep,
    power: trackedPower,
    fixture: buildFixtureEquipment(ground, place, trackedPower),
    host: createFixtureHost(ground),
    usualStepMs: ground.usualStepMs,
    emit: (event) => ground.line.emit(event),
    listFixtureStatuses: () => ground.care.listFixtureStatuses(),
    admit: async (unit, purpose) =>
      findDuplicateInOtherFixture(ground, place.number, unit) ?? (await options.judge.admit(unit, purpose)),
    findDuplicate: (unit) => findDuplicateInOtherFixture(ground, place.number, unit),
    raiseFault: (error) => ground.raiseFault(place.number, error),
    readIsoNow: () => formatIsoMoment(clock.readWallMs()),
  };
}

function buildFixtureEquipment(
  { options, prompts }: SharedFixtureDeps,
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

function createFixtureHost(ground: SharedFixtureDeps): FixtureHost {
  return {
    acceptsUnit: (fixture, purpose) => acceptsUnit(ground, fixture, purpose),
    shouldStayOff: (fixture) => !ground.accepting || ground.care.isStoppedByPerson(fixture),
    claimLabel: (fixture, arrival) => ground.labels.claimLabel(fixture, arrival),
    awaitLabel: (fixture) => ground.labels.awaitLabel(fixture),
    settleLabel: (fixture) => ground.labels.settleLabel(fixture),
    buildRunHeader: (place, unit, purpose) => buildRunHeader(ground, place, unit, purpose),
    acquireSlot: (signal) => ground.slots.acquire(signal),
    onRunRecorded: (run) => ground.onRunRecorded(run),
    onFixtureEmptied: (fixture) => ground.labels.forget(fixture),
  };
}

/** A stopped fixture takes only the units that prove it. */
function acceptsUnit(ground: SharedFixtureDeps, fixture: number, purpose: UnitPurpose): boolean {
  if (!ground.accepting) return false;
  return purpose === 'golden' || purpose === 'known-bad' || ground.care.acceptsProductionUnits(fixture);
}

function buildRunHeader(
  ground: SharedFixtureDeps,
  place: FixturePlace,
  unit: UnitIdentity,
  purpose: UnitPurpose,
): RunHeader {
  const { options, care, operator, newRunId } = ground;
  const { recipe, station, batch, program, instance, clock, trust } = options;
  return {
    runId: newRunId(),
    station,
    fixture: place.number,
    portPath: place.portPath,
    cable: care.getCable(place.number),
    batch: batch.name,
    operator: operator?.id ?? null,
    purpose,
    product: recipe.product,
    recipe: {
      name: recipe.name,
      revision: recipe.revision,
      sha256: recipe.sha256,
      images: recipe.images.map((image) => ({
        ...{ name: image.name, file: image.file, sha256: image.sha256 },
        sizeBytes: countImageBytes({ segments: listImagePieces(image) }),
      })),
      ...(trust && { trust }),
    },
    program,
    instance,
    startedAt: formatIsoMoment(clock.readWallMs()),
    unit,
  };
}

/** Two units here now that share an identity are both refused; one that has left its own fixture is only on its way. */
function findDuplicateInOtherFixture(ground: SharedFixtureDeps, fixture: number, unit: UnitIdentity): Refusal | null {
  const fixtures = [...ground.fixtures];
  if (!fixtures.some(({ place, hasUnit }) => place.number === fixture && hasUnit)) return null;
  for (const other of fixtures) {
    const { number } = other.place;
    const here = other.unitHere;
    const conflict = here && findPresentUnitConflict(fixture, unit, { fixture: number, unit: here });
    if (!conflict) continue;
    other.refuse(conflict);
    return conflict;
  }
  return null;
}
