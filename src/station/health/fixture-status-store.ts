// How each fixture stands as a tester: stops and releases, golden units, overdue proof, open faults. Survives a restart through the log.
import type { RecordedRun, RecordPlace } from '../../domain/run/record-place.ts';
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

/** Stops of one fixture after which it needs more than one proof. */
const STOPS_TO_ESCALATE = 3;
const MAX_RULE_STOPS = 10;
/** Stops are remembered for so many places in the record: a few shifts of a busy station. */
const STOP_MEMORY = 20_000;
/** At three failures in ten 17 % of fixtures get through, at one in ten 59 %: by one golden pass alone it is 70 % and 90 %. */
const GOLDEN_PASSES_IN_A_ROW = 5;
/** So many stopped fixtures at one hub are no coincidence. */
const MIN_SHARING_FIXTURES = 2;

/** Rules that stop a fixture because units fail there. */
function isFixtureRule(rule: string): boolean {
  return /^S\d/.test(rule);
}

/** `1-4.2` hangs at the hub `1-4`; a port of the host's own has none. */
function getHubPath(portPath: string): string | null {
  const at = portPath.lastIndexOf('.');
  return at < 0 ? null : portPath.slice(0, at);
}

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
  /** Places in the record where rules about its failures stopped it: mild trouble comes back after every release. */
  ruleStops: readonly number[];
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
          ruleStops: [],
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
    if (!standing) return;
    const ruleStops = isFixtureRule(rule)
      ? [...standing.ruleStops, sequence].slice(-MAX_RULE_STOPS)
      : standing.ruleStops;
    Object.assign(standing, { stopped: { rule, reason }, stoppedAt: sequence, ruleStops });
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

  /**
   * Reference units that must behave rightly here before a stopped fixture is released. One golden pass proves little of a
   * fixture that fails one unit in ten: where it was released again and again, as many golden passes in a row are asked for.
   */
  findMissingProofForRelease(fixture: number): readonly string[] {
    const standing = this.#standings.get(fixture);
    if (!standing || !this.#challenge) return [];
    const missing = findMissingProofAfter(standing.proof, this.#challenge, standing.stoppedAt);
    if (missing.length > 0 || !this.isEscalated(fixture)) return missing;
    const row = standing.proof.goldenRow.filter((sequence) => sequence > standing.stoppedAt).length;
    return row < GOLDEN_PASSES_IN_A_ROW ? this.#challenge.mustPass.slice(0, 1) : [];
  }

  /** It was stopped by rules about its failures again and again within its last runs: a release by one proof does not help. */
  isEscalated(fixture: number): boolean {
    const standing = this.#standings.get(fixture);
    return standing !== undefined && this.#selectRecentStops(standing).length >= STOPS_TO_ESCALATE;
  }

  #selectRecentStops({ ruleStops }: FixtureState): readonly number[] {
    return ruleStops.filter((sequence) => sequence > this.#lastRun - STOP_MEMORY);
  }

  /** Other fixtures that rules have stopped and that hang at the same hub, by the path of the port above them; null without. */
  findSharedHub(fixture: number): { readonly hub: string; readonly fixtures: readonly number[] } | null {
    const own = this.#standings.get(fixture);
    const hub = own && getHubPath(own.place.portPath);
    if (!hub) return null;
    const stopped = [...this.#standings.values()].filter(
      (other) => this.#selectRecentStops(other).length > 0 && getHubPath(other.place.portPath) === hub,
    );
    const elsewhere = [...this.#standings.values()].some(({ place }) => getHubPath(place.portPath) !== hub);
    const fixtures = stopped.map(({ place }) => place.number);
    return elsewhere && fixtures.length >= MIN_SHARING_FIXTURES ? { hub, fixtures } : null;
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
        station: null,
        number: place.number,
        usable: openFaults.length === 0,
        stopped,
        lastRelease: toRecordPlace(releasedAt),
        lastGoldenPass: toRecordPlace(proof.goldenPass),
        lastGoldenFail: toRecordPlace(proof.goldenFail),
        challengeOverdue: this.isOverdue(place.number, nowMs) || countContradictions(proof) > 0,
        openFaults,
        cable,
      };
    });
  }
}

function toRecordPlace(sequence: number | null): RecordPlace | null {
  return sequence === null ? null : { sequence };
}
