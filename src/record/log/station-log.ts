// Everything of the station that is kept beside runs: who was there, what was replaced, stopped, signed and decided.
import type { Clock } from '../../base/clock.ts';
import { formatIsoMoment } from '../../base/moment.ts';
import { StationError } from '../../base/station-error.ts';
import type { Recorded } from '../../domain/run/record-sequence.ts';
import type { Signature } from '../../domain/unit/signature.ts';
import type { UnitIdentity } from '../../domain/unit/unit.ts';
import type { UnitNote } from '../../domain/unit/unit-note.ts';
import { appendRecord, type ChainRecord } from '../chain/chain.ts';
import { assertPermission, type Person } from '../people/roles.ts';
import {
  assertMaySign,
  computeSignOffState,
  type SignatureBody,
  type SignatureInput,
  type SignOffBody,
  type SignOffState,
  signOffDecisions,
  toPersonKey,
} from '../people/sign-off.ts';
import { updateUnitDisposition } from '../statistics/tally.ts';
import type { Database } from '../store/database.ts';
import type { GroupCommit } from '../store/group-commit.ts';
import {
  findNotesAfterRun,
  findNotesOfUnit,
  indexNoteByRun,
  indexNoteByUnit,
  type ReleaseBody,
  type RepairBody,
  toSignature,
} from './unit-notes.ts';

/** What may be noted, each with what has to be said; the bodies of records of the same kind. */
export interface LogEntries {
  'operator-login': { readonly person: Person | null };
  override: { readonly runId: string; readonly by: Person; readonly what: string; readonly reason: string };
  'put-away': { readonly runId: string; readonly by: string | null; readonly bin: string };
  'cable-replaced': { readonly fixture: number; readonly cable: string; readonly by: Person };
  'fixture-stopped': { readonly fixture: number; readonly rule: string; readonly reason: string };
  'fixture-released': { readonly fixture: number; readonly by: Person; readonly cause: string };
  'reference-unit': {
    readonly unit: UnitIdentity;
    readonly purpose: 'golden' | 'known-bad';
    readonly by: Person;
    readonly code: string | null;
  };
  'unit-repaired': RepairBody;
  'unit-released': ReleaseBody;
  'runs-voided': {
    readonly runIds: readonly string[];
    readonly by: Person | null;
    readonly rule: string;
    readonly reason: string;
  };
  'batch-opened': {
    readonly batch: string;
    readonly product: string;
    readonly targetCount: number | null;
    readonly by: string | null;
  };
  'batch-closed': { readonly batch: string; readonly by: string | null };
  'station-fault': {
    readonly code: string;
    readonly message: string;
    readonly hint: string;
    readonly fixture: number | null;
  };
  note: { readonly text: string; readonly by: string | null };
}

export type LogKind = keyof LogEntries;

/** An entry as it was kept. */
export interface LogEntry<Kind extends LogKind = LogKind> {
  readonly sequence: number;
  readonly at: string;
  readonly kind: Kind;
  readonly body: LogEntries[Kind];
}

/** What was noted, read back. */
export interface StationLogReader {
  /** The last entries of one kind, newest first. */
  findRecentEntries<Kind extends LogKind>(kind: Kind, limit: number): Promise<readonly LogEntry<Kind>[]>;
  /** Signatures given so far about a run, oldest first. */
  findSignatures(runId: string): Promise<readonly Signature[]>;
  /** Decisions that stand about a run, oldest first. */
  findSignOffs(runId: string): Promise<readonly SignOffBody[]>;
  /** Repairs, releases and signatures of a unit, oldest first. */
  findNotesOfUnit(unit: UnitIdentity): Promise<readonly Recorded<UnitNote>[]>;
  /** Repairs and releases of a run's unit after that run and before the unit's next one, oldest first. */
  findNotesAfterRun(runId: string): Promise<readonly UnitNote[]>;
  /** Runs that are kept and no longer counted. */
  readVoidedRunIds(): Promise<ReadonlySet<string>>;
}

/** Appends durably; reads back by kind. Throws StationError `record/...`. */
export interface StationLog extends StationLogReader {
  /** Resolves with the entry's sequence number once it is on the disk. Some kinds ask for a role. */
  append<Kind extends LogKind>(kind: Kind, body: LogEntries[Kind]): Promise<number>;
  /**
   * Signs a decision about a run's unit; when enough people have, the decision is recorded in the same commit. `people`
   * asks for more of them than the decision itself does.
   */
  sign(signature: SignatureInput, people?: number): Promise<SignOffState>;
}

interface StationLogDeps {
  readonly database: Database;
  readonly station: string;
  readonly clock: Clock;
  readonly group: GroupCommit;
}

/** The log of an open record. */
export function openStationLog(ground: StationLogDeps): StationLog {
  const { database } = ground;
  return {
    ...openStationLogReader(database),
    append: async (kind, body) => {
      assertEntryAllowed(kind, body);
      return commit(ground.group, () => {
        const { sequence } = appendEntry(ground, kind, body);
        if (isAboutUnit(kind, body)) indexNoteByUnit(database, sequence, body.unit);
        if ('runIds' in body) voidRuns(database, sequence, body.runIds);
        return sequence;
      });
    },
    sign: (signature, people) => commit(ground.group, () => appendSignature(ground, signature, people)),
  };
}

/** What the write gives, once it is on the disk. */
async function commit<Result>(group: GroupCommit, write: () => Result): Promise<Result> {
  const given: Result[] = [];
  await group.addWrite(() => {
    given[0] = write();
  });
  return given[0]!;
}

/** The log of a record that is open for reading. */
export function openStationLogReader(database: Database): StationLogReader {
  return {
    findRecentEntries: async (kind, limit) => findRecentEntries(database, kind, limit),
    findSignatures: async (runId) => findRunSignatures(database, runId).map(({ at, body }) => toSignature(at, body)),
    findSignOffs: async (runId) => findRunSignOffs(database, runId),
    findNotesOfUnit: async (unit) => findNotesOfUnit(database, unit),
    findNotesAfterRun: async (runId) => findNotesAfterRun(database, runId),
    readVoidedRunIds: async () => readVoidedRunIds(database),
  };
}

/** Entries that need a role are refused without it: the rule sits with the data, not with the screen. */
function assertEntryAllowed<Kind extends LogKind>(kind: Kind, body: LogEntries[Kind]): void {
  const { by } = body as { readonly by?: Person | string | null };
  if (typeof by !== 'object' || by === null) return;
  if (kind === 'unit-repaired') assertPermission(by, 'rework-unit');
  if (kind === 'unit-released') assertPermission(by, 'release-hold');
  if (kind === 'runs-voided') assertPermission(by, 'grant-retest');
  if (kind === 'override') assertPermission(by, 'override-verdict');
  if (kind === 'cable-replaced') assertPermission(by, 'replace-cable');
  if (kind === 'fixture-released') assertPermission(by, 'release-fixture');
  if (kind === 'reference-unit') assertPermission(by, 'register-reference-unit');
}

function appendEntry(ground: StationLogDeps, kind: LogKind | 'signature' | 'sign-off', body: unknown): ChainRecord {
  const { database, station, clock } = ground;
  return appendRecord(database, station, { kind, at: formatIsoMoment(clock.readWallMs()), body });
}

function findRecentEntries<Kind extends LogKind>(
  database: Database,
  kind: Kind,
  limit: number,
): readonly LogEntry<Kind>[] {
  return database
    .getAll<{ sequence: number; at: string; body: string }>(
      "SELECT sequence, at, body FROM records WHERE kind = ? AND kind <> 'run' ORDER BY sequence DESC LIMIT ?",
      kind,
      limit,
    )
    .map(({ sequence, at, body }) => ({ sequence, at, kind, body: JSON.parse(body) as LogEntries[Kind] }));
}

function appendSignature(ground: StationLogDeps, given: SignatureInput, people?: number): SignOffState {
  const { database } = ground;
  const run = findSignedRun(database, given.runId);
  const earlier = findRunSignatures(database, given.runId)
    .map(({ body }) => body)
    .filter(({ decision }) => decision === given.decision);
  assertMaySign(given, earlier);
  const signature: SignatureBody = { ...given, runHash: run.hash };
  const link = appendEntry(ground, 'signature', signature);
  database.run(
    'INSERT INTO signatures (run_id, decision, person, sequence) VALUES (?, ?, ?, ?)',
    given.runId,
    given.decision,
    toPersonKey(given.person),
    link.sequence,
  );
  indexNoteByRun(database, link.sequence, run.sequence);
  const all = [...earlier, signature];
  const state = computeSignOffState(given.decision, all, people);
  const stoodBefore = computeSignOffState(given.decision, earlier, people).isComplete;
  if (state.isComplete && !stoodBefore) appendSignOff(ground, run, all);
  return state;
}

function appendSignOff(ground: StationLogDeps, run: SignedRun, signatures: readonly SignatureBody[]): void {
  const { decision } = signatures[0]!;
  const { disposition } = signOffDecisions[decision];
  const signOff: SignOffBody = {
    runId: run.runId,
    runHash: run.hash,
    decision,
    disposition,
    people: signatures.map(({ person }) => person),
    reasons: signatures.map(({ reason }) => reason),
  };
  appendEntry(ground, 'sign-off', signOff);
  updateUnitDisposition(ground.database, run.recipe, run.unit, disposition);
}

interface SignedRun {
  readonly sequence: number;
  readonly runId: string;
  readonly hash: string;
  readonly recipe: string;
  readonly unit: string;
}

function findSignedRun(database: Database, runId: string): SignedRun {
  const run = database.get<SignedRun>(
    'SELECT sequence, run_id AS runId, hash, recipe, unit FROM runs JOIN records USING (sequence) WHERE run_id = ?',
    runId,
  );
  if (run) return run;
  throw new StationError({
    code: 'record/no-run',
    kind: 'input',
    message: `There is no finished run ${runId}`,
    hint: 'Take the run id from the unit page or from "flashline report".',
  });
}

function findRunSignatures(database: Database, runId: string): readonly { at: string; body: SignatureBody }[] {
  return database
    .getAll<{ at: string; body: string }>(
      'SELECT at, body FROM signatures JOIN records USING (sequence) WHERE run_id = ? ORDER BY sequence',
      runId,
    )
    .map(({ at, body }) => ({ at, body: JSON.parse(body) as SignatureBody }));
}

/** A decision needs signatures, so it is found through them and not by reading the whole chain. */
function findRunSignOffs(database: Database, runId: string): readonly SignOffBody[] {
  return database
    .getAll<{ body: string }>(
      `SELECT body FROM records WHERE kind = 'sign-off' AND kind <> 'run' AND sequence IN
         (SELECT sequence + 1 FROM signatures WHERE run_id = ?) ORDER BY sequence`,
      runId,
    )
    .map((row) => JSON.parse(row.body) as SignOffBody);
}

function isAboutUnit(kind: LogKind, body: LogEntries[LogKind]): body is RepairBody | ReleaseBody {
  return (kind === 'unit-repaired' || kind === 'unit-released') && 'unit' in body;
}

function voidRuns(database: Database, sequence: number, runIds: readonly string[]): void {
  for (const runId of runIds)
    database.run('INSERT OR IGNORE INTO voided_runs (run_id, sequence) VALUES (?, ?)', runId, sequence);
}

function readVoidedRunIds(database: Database): ReadonlySet<string> {
  return new Set(database.getAll<{ runId: string }>('SELECT run_id AS runId FROM voided_runs').map((row) => row.runId));
}
