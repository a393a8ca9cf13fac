// The technician of a simulated line: called to stopped fixtures, repairs what can be repaired, proves them, releases them.
import type { Person } from '../../domain/people/person.ts';
import type { Station } from '../../station/interface/contracts.ts';
import type { LineTruth } from '../population/line-truth.ts';
import type { Population } from '../population/population.ts';
import type { LineOperator } from './line-operator.ts';

const technician: Person = { id: 'Tam', role: 'technician' };
/** How often the technician looks whether the reference units are through. */
const CHECK_INTERVAL_MS = 60_000;
/** After this long without proof the technician repairs again, the port this time. */
const MAX_CHECKS = 30;

export interface TechnicianDeps {
  readonly truth: LineTruth;
  readonly people: Population['people'];
  readonly operator: LineOperator;
  readonly runAfter: (ms: number, run: () => void) => void;
  /** The station as it runs now: another one after a restart. */
  readonly station: () => Station;
  /** False between a crash of the program and its restart. */
  readonly isRunning: () => boolean;
  /** Name of a cable that nobody has used. */
  readonly nameNewCable: () => string;
  /** False where no golden unit is used. */
  readonly needsProof: boolean;
}

export class Technician {
  readonly #deps: TechnicianDeps;
  readonly #visits = new Map<number, number>();
  readonly #busy = new Set<number>();

  constructor(ground: TechnicianDeps) {
    this.#deps = ground;
  }

  /** A fixture was stopped. `rule` C1 only asks for proof, everything else for a repair. */
  onFixtureStopped(fixture: number, rule: string): void {
    if (this.#busy.has(fixture)) return;
    this.#busy.add(fixture);
    const needsRepair = rule !== 'C1';
    this.#deps.runAfter(
      needsRepair ? this.#deps.people.technicianMs : CHECK_INTERVAL_MS,
      () => void this.#visitFixture(fixture, needsRepair),
    );
  }

  /** A program that is down cannot be told of a new cable: the technician waits for it. */
  async #visitFixture(fixture: number, needsRepair: boolean): Promise<void> {
    const { isRunning, runAfter: after } = this.#deps;
    if (needsRepair && !isRunning())
      return after(CHECK_INTERVAL_MS, () => void this.#visitFixture(fixture, needsRepair));
    if (needsRepair) await this.#repairFixture(fixture);
    this.#releaseFixture(fixture, 0);
  }

  async #repairFixture(fixture: number): Promise<void> {
    const { truth: world, station, nameNewCable: newCable } = this.#deps;
    const visits = (this.#visits.get(fixture) ?? 0) + 1;
    this.#visits.set(fixture, visits % 2);
    world.replaceCable(fixture);
    if (visits === 2) world.replacePort(fixture);
    await station().replaceCable(fixture, newCable(), technician);
  }

  /** Asks for the release; the station names the reference units that are missing and refuses until they were run. */
  #releaseFixture(fixture: number, looks: number): void {
    const { station, operator: hands, runAfter: after, needsProof: proves } = this.#deps;
    if (proves && !hands.hasProvedFixture(fixture)) {
      if (looks < MAX_CHECKS) after(CHECK_INTERVAL_MS, () => this.#releaseFixture(fixture, looks + 1));
      else void this.#visitFixture(fixture, true);
      return;
    }
    station()
      .releaseFixture(fixture, 'cable replaced, contacts cleaned', technician)
      .then(
        () => this.#busy.delete(fixture),
        () => after(CHECK_INTERVAL_MS, () => this.#releaseFixture(fixture, looks + 1)),
      );
  }
}
