// Fixtures as testers: what stops one, what it must show before it works again, and what follows from each run beyond its unit.

import type { Person } from '../../domain/people/person.ts';
import type { RecordedRun } from '../../domain/run/record-place.ts';
import type { LogEntries, LogKind } from '../../record/log/station-log.ts';
import type { FixtureStatus } from '../../verdict/attempts/judgement-input.ts';
import { assessCableLife } from '../../verdict/fixtures/cable-life.ts';
import type { ContainmentAction } from '../../verdict/fixtures/containment.ts';
import type { Fixture } from '../fixture/fixture.ts';
import type { StationOptions } from '../interface/contracts.ts';
import type { EventStream } from '../interface/event-stream.ts';
import { applyChallengePolicy, CONTRADICTIONS_TO_STOP, describeContradiction } from './challenge-proof.ts';
import { FixtureStatusStore, type StopState } from './fixture-status-store.ts';
import { ReferenceWatch } from './reference-watch.ts';
import { assertReleaseAllowed, findRequiredProof } from './release-conditions.ts';
import type { StationFaults } from './station-faults.ts';

export interface FixtureSupervisorDeps {
  readonly options: StationOptions;
  readonly line: EventStream;
  readonly faults: StationFaults;
  readonly fixtureOf: (number: number) => Pick<Fixture, 'hold' | 'release'> | undefined;
  /** Keeps an entry; its failure is the station's trouble and not the caller's. */
  readonly note: <Kind extends LogKind>(kind: Kind, body: LogEntries[Kind]) => Promise<void>;
}

/** What a person does about trouble of more than one fixture. */
const stopHints = {
  nothing: 'Check the hub, its supply and the host; the units are run again.',
  station: 'Stop here: check the hub, its supply and the host, then release the fixtures.',
  recipe: 'Stop here: run a unit of an earlier lot, then release the fixtures.',
};

const SHARED_HINT = 'Check that hub, its supply and its cable to the host before the fixtures themselves.';
const REFERENCE_HINT =
  'Put it away and run another of its kind on those fixtures. If that one behaves wrongly as well, it is what they share.';
const REFERENCE_CODE = 'station/reference-in-doubt';
const AGAIN_HINT = 'Call an engineer: port, hub, supply. It is released only after five golden passes in a row.';

export class FixtureSupervisor {
  readonly #ground: FixtureSupervisorDeps;
  readonly #standing: FixtureStatusStore;
  readonly #references: ReferenceWatch;

  constructor(ground: FixtureSupervisorDeps) {
    const { fixtures, recipe, clock, policy } = ground.options;
    this.#ground = ground;
    this.#references = new ReferenceWatch(recipe.challenge);
    this.#standing = new FixtureStatusStore(
      fixtures,
      applyChallengePolicy(policy, recipe.challenge),
      clock.readWallMs(),
    );
  }

  /** Takes in what an earlier process left. */
  async restore(recentRuns: readonly RecordedRun[]): Promise<void> {
    const { log, history } = this.#ground.options;
    await this.#standing.restore(log, history, recentRuns);
    for (const run of recentRuns.toReversed()) this.#references.addRun(run);
  }

  /** Tells how a fixture stands as its day begins. */
  onFixtureOpened(fixture: number): void {
    const stop = this.#standing.getStop(fixture);
    if (stop) this.#ground.fixtureOf(fixture)?.hold(stop.rule, stop.reason);
    this.#requestChallenge(fixture, 0);
    this.#checkCable(fixture);
  }

  /** Somebody else works here now: every fixture is proved anew. */
  onOperatorChanged(): void {
    for (const { number } of this.#ground.options.fixtures) this.#requestChallenge(number, this.#nowMs);
  }

  /**
   * Whether production may run on a fixture. One in doubt by a reference unit waits for it; one whose proof is overdue is
   * stopped now.
   */
  acceptsProductionUnits(fixture: number): boolean {
    if (this.#standing.countContradictionsAt(fixture) > 0) return false;
    if (this.#standing.isOverdue(fixture, this.#nowMs)) {
      const missing = this.#standing.findOverdueProof(fixture, this.#nowMs).join(', ');
      this.stop(fixture, { rule: 'C1', reason: `The proof of this fixture is overdue: run ${missing}` });
    }
    return !this.isStopped(fixture);
  }

  isStopped(fixture: number): boolean {
    return this.#standing.getStop(fixture) !== null;
  }

  /** A fixture that a rule stopped is not: reference units are still run on it, one after another. */
  isStoppedByPerson(fixture: number): boolean {
    return this.#standing.getStop(fixture)?.rule === 'manual';
  }

  getCable(fixture: number): string | null {
    return this.#standing.getCable(fixture);
  }

  listFixtureStatuses(): readonly FixtureStatus[] {
    return this.#standing.listFixtureStatuses(this.#nowMs, (fixture) => this.#ground.faults.listOpenCodes(fixture));
  }

  /** Holds a fixture by a rule or a person; what runs there ends as it will. */
  stop(fixture: number, stop: StopState): void {
    if (this.isStopped(fixture)) return;
    this.#standing.stop(fixture, stop);
    void this.#ground.note('fixture-stopped', { fixture, ...stop });
    this.#ground.fixtureOf(fixture)?.hold(stop.rule, stop.reason);
    this.#raiseRepeatedTrouble(fixture);
  }

  /** A cable does not cure what fixtures share, nor what comes back after every release: somebody else has to look. */
  #raiseRepeatedTrouble(fixture: number): void {
    const shared = this.#standing.findSharedHub(fixture);
    if (shared) {
      const { hub, fixtures } = shared;
      const message = `Fixtures ${fixtures.join(', ')} were stopped for failures and share the hub at port ${hub}.`;
      this.#ground.faults.raise(null, { code: 'station/shared-cause', message, hint: SHARED_HINT });
    }
    if (!this.#standing.isEscalated(fixture)) return;
    const message = `Fixture ${fixture} was stopped again and again for failures: a new cable has not cured it.`;
    this.#ground.faults.raise(fixture, { code: 'station/fixture-again', message, hint: AGAIN_HINT });
  }

  /** Lets a fixture work again. Throws StationError `station/not-proven`, `station/cable-worn`, `record/...`. */
  async release(fixture: number, cause: string, by: Person): Promise<void> {
    const missing = findRequiredProof(this.#standing, fixture);
    if (missing.length > 0) this.#ground.line.emit({ type: 'challenge-due', fixture, missing });
    assertReleaseAllowed(this.#standing, fixture, this.#ground.options.policy);
    const sequence = await this.#ground.options.log.append('fixture-released', { fixture, by, cause });
    this.#standing.release(fixture, sequence);
    this.#ground.fixtureOf(fixture)?.release(by.id, cause);
  }

  async replaceCable(fixture: number, cable: string, by: Person): Promise<void> {
    const sequence = await this.#ground.options.log.append('cable-replaced', { fixture, cable, by });
    this.#standing.replaceCable(fixture, cable, sequence);
  }

  /** What follows from a recorded run: faults, stops, voided runs, proofs. */
  async handleRecordedRun(run: RecordedRun): Promise<void> {
    const { options, faults } = this.#ground;
    this.#standing.addRun(run);
    if (run.result === 'error') faults.raise(run.fixture, run.error!);
    else faults.clear(run.fixture);
    this.#checkReference(run);
    this.#checkCable(run.fixture);
    if (run.purpose === 'golden' || run.purpose === 'known-bad') this.#announceMissingProof(run.fixture);
    for (const finding of await options.judge.review(run, this.listFixtureStatuses()))
      await this.#applyFinding(finding);
  }

  /** A fixture that contradicts a reference unit is stopped, unless the unit behaves wrongly wherever it is put. */
  #checkReference(run: RecordedRun): void {
    const { options, faults } = this.#ground;
    this.#references.addRun(run);
    if (!this.#references.isAnyInDoubt) faults.clearCode(REFERENCE_CODE);
    const wrong = describeContradiction(run, options.recipe.challenge);
    if (!wrong) return;
    const doubt = this.#references.findDoubt(run);
    if (doubt) faults.raise(null, { code: REFERENCE_CODE, message: doubt.message, hint: REFERENCE_HINT });
    else if (this.#standing.countContradictionsAt(run.fixture) >= CONTRADICTIONS_TO_STOP)
      this.stop(run.fixture, { rule: 'C2', reason: wrong });
  }

  async #applyFinding({ stop, fixture, rule, reason, voids }: ContainmentAction): Promise<void> {
    const { note, faults, options } = this.#ground;
    if (voids.length > 0) await note('runs-voided', { runIds: voids, by: null, rule, reason });
    if (stop === 'fixture') return fixture === null ? undefined : this.stop(fixture, { rule, reason });
    const code = stop === 'recipe' ? 'station/lot-in-doubt' : 'station/failing-together';
    faults.raise(null, { code, message: reason, hint: stopHints[stop] });
    if (stop !== 'nothing') for (const { number } of options.fixtures) this.stop(number, { rule, reason });
  }

  /** Golden units of the recipe are wanted here: their pass decides about units that wait. */
  requestGoldenUnit(fixture: number): void {
    const missing = this.#ground.options.recipe.challenge?.mustPass ?? [];
    if (missing.length > 0) this.#ground.line.emit({ type: 'challenge-due', fixture, missing });
  }

  #getCableStatus(fixture: number) {
    return assessCableLife(this.#standing.countCableCycles(fixture), this.#ground.options.policy);
  }

  /** Warns of a cable near the end of its life, and stops the fixture at its end. */
  #checkCable(fixture: number): void {
    const { state, cycles, ratedCycles, text } = this.#getCableStatus(fixture);
    if (state === 'fine') return;
    this.#ground.line.emit({ type: 'cable-worn', fixture, cable: this.getCable(fixture), cycles, ratedCycles });
    if (state === 'blocked') this.stop(fixture, { rule: 'C3', reason: text });
  }

  /** Tells which reference units are wanted, when any are. */
  #requestChallenge(fixture: number, sinceMs: number): void {
    const missing = this.#standing.findOverdueProof(fixture, this.#nowMs, sinceMs);
    if (missing.length > 0) this.#ground.line.emit({ type: 'challenge-due', fixture, missing });
  }

  /** Tells what is still wanted after a reference unit, also when it is nothing. */
  #announceMissingProof(fixture: number): void {
    const missing = this.#standing.findOverdueProof(fixture, this.#nowMs);
    this.#ground.line.emit({ type: 'challenge-due', fixture, missing });
  }

  get #nowMs(): number {
    return this.#ground.options.clock.readWallMs();
  }
}
