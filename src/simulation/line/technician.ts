// The technician of a simulated line: called to stopped fixtures, repairs what can be repaired, proves them, releases them.
import type { Person } from '../../record/people/roles.ts';
import type { Station } from '../../station/interface/contracts.ts';
import type { World } from '../population/line-truth.ts';
import { people } from '../population/population.ts';
import type { Hands } from './line-operator.ts';

const technician: Person = { id: 'Tam', role: 'technician' };
/** How often the technician looks whether the reference units are through. */
const LOOK_MS = 60_000;
/** After this long without proof the technician repairs again, the port this time. */
const MOST_LOOKS = 30;

export interface TechnicianGround {
  readonly world: World;
  readonly hands: Hands;
  readonly after: (ms: number, run: () => void) => void;
  /** The station as it runs now: another one after a restart. */
  readonly station: () => Station;
  /** False between a crash of the program and its restart. */
  readonly isRunning: () => boolean;
  /** Name of a cable that nobody has used. */
  readonly newCable: () => string;
  /** False where no golden unit is used. */
  readonly proves: boolean;
}

export class Technician {
  readonly #ground: TechnicianGround;
  readonly #visits = new Map<number, number>();
  readonly #busy = new Set<number>();

  constructor(ground: TechnicianGround) {
    this.#ground = ground;
  }

  /** A fixture was stopped. `rule` C1 only asks for proof, everything else for a repair. */
  called(fixture: number, rule: string): void {
    if (this.#busy.has(fixture)) return;
    this.#busy.add(fixture);
    const needsRepair = rule !== 'C1';
    this.#ground.after(needsRepair ? people.technicianMs : LOOK_MS, () => void this.#attend(fixture, needsRepair));
  }

  /** A program that is down cannot be told of a new cable: the technician waits for it. */
  async #attend(fixture: number, needsRepair: boolean): Promise<void> {
    const { isRunning, after } = this.#ground;
    if (needsRepair && !isRunning()) return after(LOOK_MS, () => void this.#attend(fixture, needsRepair));
    if (needsRepair) await this.#repair(fixture);
    this.#release(fixture, 0);
  }

  async #repair(fixture: number): Promise<void> {
    const { world, station, newCable } = this.#ground;
    const visits = (this.#visits.get(fixture) ?? 0) + 1;
    this.#visits.set(fixture, visits % 2);
    world.replaceCable(fixture);
    if (visits === 2) world.replacePort(fixture);
    await station().replaceCable(fixture, newCable(), technician);
  }

  /** Asks for the release; the station names the reference units that are missing and refuses until they were run. */
  #release(fixture: number, looks: number): void {
    const { station, hands, after, proves } = this.#ground;
    if (proves && !hands.hasProved(fixture)) {
      if (looks < MOST_LOOKS) after(LOOK_MS, () => this.#release(fixture, looks + 1));
      else void this.#attend(fixture, true);
      return;
    }
    station()
      .releaseFixture(fixture, 'cable replaced, contacts cleaned', technician)
      .then(
        () => this.#busy.delete(fixture),
        () => after(LOOK_MS, () => this.#release(fixture, looks + 1)),
      );
  }
}
