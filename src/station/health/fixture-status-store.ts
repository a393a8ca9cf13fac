// How each fixture stands as a tester: stops and releases, golden units, overdue proof, open faults. Survives a restart through the log.
import type { RecordedRun } from '../../domain/run/record-sequence.ts';
import type { ChallengeSet } from '../../recipe/recipe.ts';
import type { FixtureStatus } from '../../verdict/attempts/judgement-input.ts';
import { policyBounds } from '../../verdict/policy/policy.ts';
import type { FixturePlace, RunHistory, StationNotes } from '../interface/contracts.ts';
import {
  countContradictions,
  emptyFixtureProof,
  type FixtureProof,
  findMissingProofAfter,
  findMissingProofSince,
  updateFixtureProof,
} from './challenge-proof.ts';

/** Runs looked back on for what reference units have shown. */
export const MAX_RESTORED_RUNS = 1_000;

/** Log entries looked back on for stops that still stand. */
const MAX_RESTORED_LOG_ENTRIES = 1_000;

/** No cable is rated for more (policy bounds), so nobody counts further. */
const MAX_CABLE_CYCLES = policyBounds.cableRatedCycles.most;

export interface StopState {
  readonly rule: string;
  readonly reason: string;
}

interface FixtureState {
  readonly place: FixturePlace;
  cable: string | null;
  /** Where in the record the cable was put on. */
  cableSince: number;
  /** Plug-ins of the cable: every run is one. */
  cycles: number;
  stopped: StopState | null;
  /** Where in the record it was stopped and last released. */
  stoppedAt: number;
  releasedAt: number | null;
  proof: FixtureProof;
}

export class FixtureStatusStore {
  readonly #standings: ReadonlyMap<number, FixtureState>;
  readonly #challenge: ChallengeSet | null;
  /** Since when the station runs; a challenge set is asked for then and overdue one period later. */
  readonly #openedMs: number;
  /** Place in the record of the last run that was told here. */
  #lastRun = 0;

  constructor(places: readonly FixturePlace[], challenge: ChallengeSet | null, openedMs: number) {
    this.#challenge = challenge;
    this.#openedMs = openedMs;
    this.#standings = new Map(
      places.map((place) => [
        place.number,
        {
          place,
          cable: place.cable,
          cableSince: 0,
          cycles: 0,
          stopped: null,
          stoppedAt: 0,
          releasedAt: null,
          proof: emptyFixtureProof,
        },
      ]),
    );
  }

  /** Takes in what an earlier process left: stops that nobody released, cables, and what reference units have shown. */
  async restore(
    log: Pick<StationNotes, 'findRecentEntries'>,
    history: Pick<RunHistory, 'countRunsAtFixture'>,
    recentRuns: readonly RecordedRun[],
  ): Promise<void> {
    const entries = [
      ...(await log.findRecentEntries('fixture-stopped', MAX_RESTORED_LOG_ENTRIES)),
      ...(await log.findRecentEntries('fixture-released', MAX_RESTORED_LOG_ENTRIES)),
      ...(await log.findRecentEntries('cable-replaced', MAX_RESTORED_LOG_ENTRIES)),
    ].sort((left, right) => left.sequence - right.sequence);
    for (const { sequence, kind, body } of entries) {
      if (kind === 'fixture-stopped' && 'rule' in body) this.stop(body.fixture, body, sequence);
      if (kind === 'fixture-released' && 'cause' in body) this.release(body.fixture, sequence);
      if (kind === 'cable-replaced' && 'cable' in body) this.replaceCable(body.fixture, body.cable, sequence);
    }
    for (const run of recentRuns.toReversed()) this.addRun(run);
    for (const [number, standing] of this.#standings) {
      standing.cycles = await history.countRunsAtFixture(number, standing.cableSince, MAX_CABLE_CYCLES);
    }
  }

  /** At this place in the record; a stop that is just being written comes after every run until now. */
  stop(fixture: number, { rule, reason }: StopState, sequence = this.#lastRun): void {
    const standing = this.#standings.get(fixture);
    if (standing) Object.assign(standing, { stopped: { rule, reason }, stoppedAt: sequence });
  }

  release(fixture: number, sequence: number): void {
    const standing = this.#standings.get(fixture);
    if (standing) Object.assign(standing, { stopped: null, releasedAt: sequence });
  }

  addRun(run: RecordedRun): void {
    this.#lastRun = Math.max(this.#lastRun, run.sequence);
    const standing = this.#standings.get(run.fixture);
    if (!standing) return;
    standing.cycles += 1;
    standing.proof = updateFixtureProof(standing.proof, run, this.#challenge);
  }

  getStop(fixture: number): StopState | null {
    return this.#standings.get(fixture)?.stopped ?? null;
  }

  getCable(fixture: number): string | null {
    return this.#standings.get(fixture)?.cable ?? null;
  }

  /** A new cable from this place in the record on. */
  replaceCable(fixture: number, cable: string, sequence: number): void {
    const standing = this.#standings.get(fixture);
    if (standing) Object.assign(standing, { cable, cableSince: sequence, cycles: 0 });
  }

  /** Plug-ins that the cable of a fixture has behind it. */
  countCableCycles(fixture: number): number {
    return this.#standings.get(fixture)?.cycles ?? 0;
  }

  /** Reference units that must behave rightly here before a stopped fixture is released. */
  findMissingProofForRelease(fixture: number): readonly string[] {
    const standing = this.#standings.get(fixture);
    return standing && this.#challenge
      ? findMissingProofAfter(standing.proof, this.#challenge, standing.stoppedAt)
      : [];
  }

  /** Reference units that should be run here again: nothing shown within the challenge's period, or since `sinceMs`. */
  findOverdueProof(fixture: number, nowMs: number, sinceMs = 0): readonly string[] {
    const standing = this.#standings.get(fixture);
    if (!standing || !this.#challenge) return [];
    const periodMs = nowMs - this.#challenge.everyMs;
    return findMissingProofSince(standing.proof, this.#challenge, { sinceMs: Math.max(sinceMs, periodMs), nowMs });
  }

  /** True when the proof is older than its period, counted from the station's opening at the earliest. */
  isOverdue(fixture: number, nowMs: number): boolean {
    const isPeriodOver = this.#challenge !== null && nowMs - this.#openedMs > this.#challenge.everyMs;
    return isPeriodOver && this.findOverdueProof(fixture, nowMs).length > 0;
  }

  /** How often in a row a reference unit has behaved otherwise than it must; production waits while that is not 0. */
  countContradictionsAt(fixture: number): number {
    return countContradictions(this.#standings.get(fixture)?.proof ?? emptyFixtureProof);
  }

  /** As the judge reads it; `faultsOf` gives the codes of station faults open at a fixture. */
  listFixtureStatuses(nowMs: number, faultsOf: (fixture: number) => readonly string[]): readonly FixtureStatus[] {
    return [...this.#standings.values()].map(({ place, cable, stopped, releasedAt, proof }) => {
      const openFaults = faultsOf(place.number);
      return {
        number: place.number,
        usable: openFaults.length === 0,
        stopped,
        lastRelease: releasedAt,
        lastGoldenPass: proof.goldenPass,
        lastGoldenFail: proof.goldenFail,
        challengeOverdue: this.isOverdue(place.number, nowMs) || countContradictions(proof) > 0,
        openFaults,
        cable,
      };
    });
  }
}
