// Puts before the judge what it decides on: the unit's runs, the station's last ones, the fixtures, what people noted.
import type { FixtureNote, UnitNote, VoidNote } from '../model/note.ts';
import type { RunRecord } from '../model/run.ts';
import type { UnitIdentity, UnitPurpose } from '../model/unit.ts';
import { countedAttempts } from '../verdict/attempt.ts';
import type { FixtureStanding, JudgementInput } from '../verdict/case.ts';
import { type Finding, findTrouble, lookBackRuns } from '../verdict/fixture-health.ts';
import { judge } from '../verdict/judge.ts';
import { mayRun } from '../verdict/may-run.ts';
import type { Policy } from '../verdict/policy.ts';
import type { FixturePlace, FixtureStop, JudgeCircumstances, RunHistory, RunJudge, UnjudgedRun } from './contracts.ts';

/** What people and rules noted, kept with the runs. Every promise of an addition resolves when it is durable. */
export interface Notebook {
  /** Of this unit, by any of its identities, oldest first. */
  unitNotes(unit: UnitIdentity): Promise<readonly UnitNote[]>;
  voidNotes(): Promise<readonly VoidNote[]>;
  fixtureNotes(): Promise<readonly FixtureNote[]>;
  addUnitNote(unit: UnitIdentity, note: UnitNote): Promise<void>;
  addVoidNote(note: VoidNote): Promise<void>;
  addFixtureNote(note: FixtureNote): Promise<void>;
}

export interface RunJudgeOptions {
  readonly history: RunHistory;
  readonly notebook: Notebook;
  readonly policy: Policy;
  readonly fixtures: readonly FixturePlace[];
  /** The operation: runs of other recipes do not count for it. */
  readonly recipeName: string;
}

/** A judge who remembers the station's last runs, so that judging costs no look through the record. */
export async function createRunJudge(options: RunJudgeOptions): Promise<RunJudge> {
  const { history, notebook } = options;
  const [recentRuns, voids, fixtureNotes] = await Promise.all([
    history.recentRuns(lookBackRuns(options.fixtures.length)),
    notebook.voidNotes(),
    notebook.fixtureNotes(),
  ]);
  const memory = new StationMemory(options.fixtures, recentRuns, voids, fixtureNotes);
  return {
    admit: (unit, purpose) => admit(options, memory, unit, purpose),
    judge: (run, circumstances) => judgeRun(options, memory, run, circumstances),
    stops: (run) => stopsAfter(options, memory, run),
  };
}

async function admit(
  { history, notebook, policy, recipeName }: RunJudgeOptions,
  memory: StationMemory,
  unit: UnitIdentity,
  purpose: UnitPurpose,
): Promise<{ admitted: boolean; reason: string }> {
  const permission = mayRun({
    purpose,
    unitRuns: await history.runsOfUnit(unit, recipeName),
    otherRuns: [],
    notes: await notebook.unitNotes(unit),
    voidedRunIds: memory.voidedRunIds,
    policy,
  });
  return permission.allowed ? { admitted: true, reason: '' } : { admitted: false, reason: permission.reason };
}

async function judgeRun(
  { history, notebook, policy, recipeName }: RunJudgeOptions,
  memory: StationMemory,
  run: UnjudgedRun,
  { otherFixtures, fixtureStopped }: JudgeCircumstances,
): ReturnType<RunJudge['judge']> {
  const unitRuns = await history.runsOfUnit(run.unit, recipeName);
  const input: JudgementInput = {
    run,
    unitRuns,
    otherRuns: [],
    notes: await notebook.unitNotes(run.unit),
    voidedRunIds: memory.voidedRunIds,
    recentRuns: memory.recentRuns,
    fixtures: memory
      .standings((fixture) => otherFixtures.includes(fixture) || fixture === run.fixture)
      .map((standing) =>
        standing.number === run.fixture && fixtureStopped && !standing.stopped
          ? { ...standing, stopped: { rule: 'D3', reason: 'the fixture was stopped while the run went on' } }
          : standing,
      ),
    openIntents: await history.openIntents(run.unit),
    policy,
  };
  return { verdict: judge(input), attempt: countedAttempts(unitRuns, memory.voidedRunIds).length + 1 };
}

function stopsAfter({ notebook }: RunJudgeOptions, memory: StationMemory, run: RunRecord): readonly FixtureStop[] {
  const findings = findTrouble({
    run,
    recentRuns: memory.recentRuns,
    voidedRunIds: memory.voidedRunIds,
    fixtures: memory.standings(() => true),
  });
  memory.add(run);
  for (const finding of findings) {
    for (const runId of finding.voids) {
      const note: VoidNote = { kind: 'voided', at: run.endedAt, runId, rule: finding.rule, reason: finding.reason };
      memory.voidedRunIds.add(runId);
      void notebook.addVoidNote(note);
    }
  }
  const stops = findings.flatMap((finding) => memory.stopsOf(finding));
  for (const stop of stops) memory.note({ kind: 'stopped', at: run.endedAt, ...stop });
  return stops;
}

/** What the judge keeps in mind between runs. */
class StationMemory {
  readonly voidedRunIds: Set<string>;
  readonly #fixtures: readonly FixturePlace[];
  readonly #standings: Map<number, FixtureStanding>;
  #recentRuns: readonly RunRecord[];

  constructor(
    fixtures: readonly FixturePlace[],
    recentRuns: readonly RunRecord[],
    voids: readonly VoidNote[],
    notes: readonly FixtureNote[],
  ) {
    this.#fixtures = fixtures;
    this.#recentRuns = recentRuns;
    this.voidedRunIds = new Set(voids.map(({ runId }) => runId));
    this.#standings = new Map(fixtures.map((fixture) => [fixture.number, newStanding(fixture)]));
    for (const note of notes) this.note(note);
    for (const run of recentRuns.toReversed()) this.#learnFromReference(run);
  }

  get recentRuns(): readonly RunRecord[] {
    return this.#recentRuns;
  }

  standings(isUsable: (fixture: number) => boolean): readonly FixtureStanding[] {
    return [...this.#standings.values()].map((standing) => ({ ...standing, usable: isUsable(standing.number) }));
  }

  add(run: RunRecord): void {
    this.#recentRuns = [run, ...this.#recentRuns].slice(0, lookBackRuns(this.#fixtures.length));
    this.#learnFromReference(run);
  }

  note(note: FixtureNote): void {
    const standing = this.#standings.get(note.fixture);
    if (!standing) return;
    if (note.kind === 'stopped') this.#change(standing, { stopped: { rule: note.rule, reason: note.reason } });
    if (note.kind === 'released') this.#change(standing, { stopped: null, releasedAt: note.at });
    if (note.kind === 'cable-replaced') this.#change(standing, { cable: note.cable });
  }

  /** A finding about the station or the recipe stops every fixture that is not stopped yet. */
  stopsOf({ stop, fixture, rule, reason }: Finding): readonly FixtureStop[] {
    if (stop === 'nothing') return [];
    if (stop === 'fixture') return fixture === null ? [] : [{ fixture, rule, reason }];
    return [...this.#standings.values()]
      .filter(({ stopped }) => !stopped)
      .map(({ number }) => ({ fixture: number, rule, reason }));
  }

  #learnFromReference(run: RunRecord): void {
    const standing = this.#standings.get(run.fixture);
    if (!standing || run.purpose !== 'golden') return;
    if (run.result === 'pass') this.#change(standing, { lastGoldenPassAt: run.endedAt });
    else if (run.result === 'fail' || run.result === 'timeout')
      this.#change(standing, { lastGoldenFailAt: run.endedAt });
  }

  #change(standing: FixtureStanding, change: Partial<FixtureStanding>): void {
    this.#standings.set(standing.number, { ...standing, ...change });
  }
}

function newStanding({ number, cable }: FixturePlace): FixtureStanding {
  return {
    number,
    usable: true,
    stopped: null,
    releasedAt: null,
    lastGoldenPassAt: null,
    lastGoldenFailAt: null,
    challengeOverdue: false,
    openFaults: [],
    cable,
  };
}
