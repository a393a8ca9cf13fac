// How each fixture stands as a tester: stops and releases, golden units, overdue proof, open faults. Survives a restart through the log.
import type { RecordedRun } from '../../domain/run/record-sequence.ts';
import type { ChallengeSet } from '../../recipe/recipe.ts';
import type { FixtureStanding } from '../../verdict/attempts/judgement-input.ts';
import { policyBounds } from '../../verdict/policy/policy.ts';
import type { FixturePlace, RunHistory, StationNotes } from '../interface/contracts.ts';
import {
  contradictionCount,
  type FixtureProof,
  foldProof,
  missingAfter,
  missingSince,
  noProof,
} from './challenge-proof.ts';

/** Runs looked back on for what reference units have shown. */
export const RECALLED_RUNS = 1_000;

/** Log entries looked back on for stops that still stand. */
const LOG_LOOK_BACK = 1_000;

/** No cable is rated for more (policy bounds), so nobody counts further. */
const MAX_CYCLES = policyBounds.cableRatedCycles.most;

export interface StopState {
  readonly rule: string;
  readonly reason: string;
}

interface Standing {
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

export class TesterStanding {
  readonly #standings: ReadonlyMap<number, Standing>;
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
          proof: noProof,
        },
      ]),
    );
  }

  /** Takes in what an earlier process left: stops that nobody released, cables, and what reference units have shown. */
  async recall(
    log: Pick<StationNotes, 'recent'>,
    history: Pick<RunHistory, 'runCountAt'>,
    recentRuns: readonly RecordedRun[],
  ): Promise<void> {
    const entries = [
      ...(await log.recent('fixture-stopped', LOG_LOOK_BACK)),
      ...(await log.recent('fixture-released', LOG_LOOK_BACK)),
      ...(await log.recent('cable-replaced', LOG_LOOK_BACK)),
    ].sort((left, right) => left.sequence - right.sequence);
    for (const { sequence, kind, body } of entries) {
      if (kind === 'fixture-stopped' && 'rule' in body) this.stop(body.fixture, body, sequence);
      if (kind === 'fixture-released' && 'cause' in body) this.release(body.fixture, sequence);
      if (kind === 'cable-replaced' && 'cable' in body) this.replaceCable(body.fixture, body.cable, sequence);
    }
    for (const run of recentRuns.toReversed()) this.addRun(run);
    for (const [number, standing] of this.#standings) {
      standing.cycles = await history.runCountAt(number, standing.cableSince, MAX_CYCLES);
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
    standing.proof = foldProof(standing.proof, run, this.#challenge);
  }

  stopOf(fixture: number): StopState | null {
    return this.#standings.get(fixture)?.stopped ?? null;
  }

  cableOf(fixture: number): string | null {
    return this.#standings.get(fixture)?.cable ?? null;
  }

  /** A new cable from this place in the record on. */
  replaceCable(fixture: number, cable: string, sequence: number): void {
    const standing = this.#standings.get(fixture);
    if (standing) Object.assign(standing, { cable, cableSince: sequence, cycles: 0 });
  }

  /** Plug-ins that the cable of a fixture has behind it. */
  cyclesOf(fixture: number): number {
    return this.#standings.get(fixture)?.cycles ?? 0;
  }

  /** Reference units that must behave rightly here before a stopped fixture is released. */
  missingForRelease(fixture: number): readonly string[] {
    const standing = this.#standings.get(fixture);
    return standing && this.#challenge ? missingAfter(standing.proof, this.#challenge, standing.stoppedAt) : [];
  }

  /** Reference units that should be run here again: nothing shown within the challenge's period, or since `sinceMs`. */
  missingNow(fixture: number, nowMs: number, sinceMs = 0): readonly string[] {
    const standing = this.#standings.get(fixture);
    if (!standing || !this.#challenge) return [];
    const periodMs = nowMs - this.#challenge.everyMs;
    return missingSince(standing.proof, this.#challenge, { sinceMs: Math.max(sinceMs, periodMs), nowMs });
  }

  /** True when the proof is older than its period, counted from the station's opening at the earliest. */
  isOverdue(fixture: number, nowMs: number): boolean {
    const isPeriodOver = this.#challenge !== null && nowMs - this.#openedMs > this.#challenge.everyMs;
    return isPeriodOver && this.missingNow(fixture, nowMs).length > 0;
  }

  /** How often in a row a reference unit has behaved otherwise than it must; production waits while that is not 0. */
  contradictionsAt(fixture: number): number {
    return contradictionCount(this.#standings.get(fixture)?.proof ?? noProof);
  }

  /** As the judge reads it; `faultsOf` gives the codes of station faults open at a fixture. */
  standings(nowMs: number, faultsOf: (fixture: number) => readonly string[]): readonly FixtureStanding[] {
    return [...this.#standings.values()].map(({ place, cable, stopped, releasedAt, proof }) => {
      const openFaults = faultsOf(place.number);
      return {
        number: place.number,
        usable: openFaults.length === 0,
        stopped,
        lastRelease: releasedAt,
        lastGoldenPass: proof.goldenPass,
        lastGoldenFail: proof.goldenFail,
        challengeOverdue: this.isOverdue(place.number, nowMs) || contradictionCount(proof) > 0,
        openFaults,
        cable,
      };
    });
  }
}
