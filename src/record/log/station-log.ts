// Everything of the station that is kept beside runs: who was there, what was replaced, stopped, signed and decided.
import type { Clock } from '../../base/clock.ts';
import { formatIsoMoment } from '../../base/moment.ts';
import type { SignOffPolicy } from '../../domain/decisions/sign-off.ts';
import { assertPermission } from '../../domain/people/permissions.ts';
import type { Person } from '../../domain/people/person.ts';
import type { Signature } from '../../domain/people/signature.ts';
import type { Recorded } from '../../domain/run/record-place.ts';
import type { Verdict } from '../../domain/run/verdict.ts';
import type { UnitIdentity } from '../../domain/unit/unit.ts';
import type { Repair, UnitNote } from '../../domain/unit/unit-note.ts';
import { appendRecord, type ChainRecord } from '../chain/chain.ts';
import {
  appendSignature,
  findRunSignatures,
  findRunSignOffs,
  type KeptSignOff,
  type SignatureInput,
  type SigningResult,
} from '../people/signatures.ts';
import type { Database } from '../store/database.ts';
import type { GroupCommit } from '../store/group-commit.ts';
import { indexLogRecord, toRevisionKey } from './index-log-record.ts';
import { findNotesAfterRun, findNotesOfUnit, type ReleaseBody, type RepairBody } from './unit-notes.ts';

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
  /** A unit on hold was judged again by what has become known since its last run. */
  'verdict-revised': { readonly runId: string; readonly verdict: Verdict };
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
  'station-policy': StationPolicyBody;
  'recipe-floor': RecipeFloorBody;
  'older-recipe-allowed': OlderRecipeBody;
  note: { readonly text: string; readonly by: string | null };
}

/** What the station file said when it was taken over: who works here and what the station may decide. */
export interface StationPolicyBody {
  /** Whole path of the file. */
  readonly file: string;
  readonly sha256: string;
  readonly mode: string;
  readonly bench: string;
  /** As the rules read it. */
  readonly policy: unknown;
  readonly keyringFile: string | null;
  readonly headsFolder: string | null;
  /** Who took over a file of another place; null for the file that the record knows. */
  readonly by: Person | null;
  readonly reason: string | null;
}

/** The highest revision of a recipe that ran in production: nothing older runs again by itself. */
export interface RecipeFloorBody {
  readonly recipe: string;
  readonly revision: string;
  readonly sha256: string;
}

/** Somebody let an older revision run again, for one start. */
export interface OlderRecipeBody extends RecipeFloorBody {
  /** The revision that stays the floor. */
  readonly floor: string;
  readonly by: Person;
  readonly reason: string;
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
  findSignOffs(runId: string): Promise<readonly KeptSignOff[]>;
  /** Repairs, releases, signatures and decisions of a unit, oldest first. */
  findNotesOfUnit(unit: UnitIdentity): Promise<readonly Recorded<UnitNote>[]>;
  /** Repairs and releases of a run's unit after that run and before the unit's next one, oldest first. */
  findNotesAfterRun(runId: string): Promise<readonly Repair[]>;
  /** The last verdict that followed the run's own without another run; undefined when there is none. */
  findRevisedVerdict(runId: string): Promise<Verdict | undefined>;
  /** Runs that are kept and no longer counted. */
  readVoidedRunIds(): Promise<ReadonlySet<string>>;
}

/** Appends durably; reads back by kind. Throws StationError `record/...`. */
export interface StationLog extends StationLogReader {
  /** Resolves with the entry's sequence number once it is on the disk. Some kinds ask for a role. */
  append<Kind extends LogKind>(kind: Kind, body: LogEntries[Kind]): Promise<number>;
  /**
   * Signs a decision about a run's unit; when enough people have, by the station's policy, the decision is recorded in
   * the same commit.
   */
  sign(signature: SignatureInput, policy: SignOffPolicy): Promise<SigningResult>;
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
      return commit(ground.group, () => appendEntry(ground, kind, body).sequence);
    },
    sign: (signature, policy) =>
      commit(ground.group, () =>
        appendSignature({ database, append: (kind, body) => appendEntry(ground, kind, body) }, signature, policy),
      ),
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
    findSignatures: async (runId) => findRunSignatures(database, runId),
    findSignOffs: async (runId) => findRunSignOffs(database, runId),
    findNotesOfUnit: async (unit) => findNotesOfUnit(database, unit),
    findNotesAfterRun: async (runId) => findNotesAfterRun(database, runId),
    findRevisedVerdict: async (runId) => findRevisedVerdict(database, runId),
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
  if (kind === 'station-policy') assertPermission(by, 'adopt-station-file');
  if (kind === 'older-recipe-allowed') assertPermission(by, 'allow-older-recipe');
}

function appendEntry(ground: StationLogDeps, kind: LogKind | 'signature' | 'sign-off', body: unknown): ChainRecord {
  const { database, station, clock } = ground;
  const record = appendRecord(database, station, { kind, at: formatIsoMoment(clock.readWallMs()), body });
  indexLogRecord(database, record);
  return record;
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

function findRevisedVerdict(database: Database, runId: string): Verdict | undefined {
  const row = database.get<{ body: string }>(
    'SELECT body FROM note_keys JOIN records USING (sequence) WHERE key = ? ORDER BY sequence DESC LIMIT 1',
    toRevisionKey(runId),
  );
  return row && (JSON.parse(row.body) as LogEntries['verdict-revised']).verdict;
}

function readVoidedRunIds(database: Database): ReadonlySet<string> {
  return new Set(database.getAll<{ runId: string }>('SELECT run_id AS runId FROM voided_runs').map((row) => row.runId));
}
