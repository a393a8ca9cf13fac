// Keeps the disk from filling: drops bulky evidence of old runs, records that it did, and leaves every proof in place.
import type { Clock } from '../../base/clock.ts';
import { formatIsoMoment } from '../../base/moment.ts';
import { assertPermission } from '../../domain/people/permissions.ts';
import type { Person } from '../../domain/people/person.ts';
import { appendRecord } from '../chain/chain.ts';
import type { Database } from '../store/database.ts';

/** The body of a record of kind `evidence-dropped`. */
export interface EvidenceDroppedBody {
  /** Evidence of the records up to this one is gone; the records hold its hashes. */
  readonly upToSequence: number;
  readonly evidenceCount: number;
  readonly characterCount: number;
  readonly by: Person;
  readonly reason: string;
}

/** What retention needs besides the record. */
export interface RetentionOptions {
  /** Runs that started before this day, `2026-01-05`, lose their bulky evidence. */
  readonly beforeDay: string;
  readonly by: Person;
  readonly reason: string;
}

interface RetentionDeps {
  readonly database: Database;
  readonly station: string;
  readonly clock: Clock;
  readonly append: <T>(write: () => T) => T;
}

/**
 * Drops evidence and gives its room back to the disk; undefined when there is nothing to drop. It goes by the order of
 * the records up to the first run of the day: a clock that once jumped never costs newer evidence. Throws StationError
 * `record/not-allowed`.
 */
export function dropEvidence(ground: RetentionDeps, order: RetentionOptions): EvidenceDroppedBody | undefined {
  const { database, station, clock, append } = ground;
  assertPermission(order.by, 'drop-evidence');
  const dropped = append(() => {
    const body = dropEvidenceRows(database, order);
    if (body)
      appendRecord(database, station, { kind: 'evidence-dropped', at: formatIsoMoment(clock.readWallMs()), body });
    return body;
  });
  if (dropped) database.runScript('PRAGMA incremental_vacuum');
  return dropped;
}

function dropEvidenceRows(
  database: Database,
  { beforeDay, by, reason }: RetentionOptions,
): EvidenceDroppedBody | undefined {
  const { upToSequence } = database.get<{ upToSequence: number | null }>(
    'SELECT ifnull((SELECT min(sequence) FROM runs WHERE day >= ?) - 1, (SELECT max(sequence) FROM runs)) AS upToSequence',
    beforeDay,
  )!;
  const found = database.get<{ count: number; characters: number | null }>(
    'SELECT count(*) AS count, sum(length(body)) AS characters FROM evidence WHERE sequence <= ?',
    upToSequence,
  )!;
  if (upToSequence === null || found.count === 0) return undefined;
  database.run('DELETE FROM evidence WHERE sequence <= ?', upToSequence);
  return { upToSequence, evidenceCount: found.count, characterCount: found.characters ?? 0, by, reason };
}

/** Whether a run's evidence may be missing because retention dropped it and said so. */
export function createDroppedEvidenceCheck(database: Database): (sequence: number) => boolean {
  const dropped = database
    .getAll<{ body: string }>("SELECT body FROM records WHERE kind = 'evidence-dropped' AND kind <> 'run'")
    .map((row) => (JSON.parse(row.body) as EvidenceDroppedBody).upToSequence);
  const furthest = Math.max(0, ...dropped);
  return (sequence) => sequence <= furthest;
}
