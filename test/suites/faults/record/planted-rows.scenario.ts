// Somebody with an SQL tool changes what reports, why and stats read, and leaves the chain alone: verify finds each change.
import { copyFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { defaultSignOffPolicy } from '../../../../src/domain/decisions/sign-off.ts';
import { verifyRecord } from '../../../../src/record/maintenance/verify.ts';
import {
  bulkyEvidence,
  openSample,
  sampleRun,
  sampleStep,
  temporaryFolder,
  writeRun,
} from '../../../record/sample-runs.ts';
import type { FaultRow } from '../scenario.ts';

/** Each alone, after the triggers that are in its way were dropped and made again as they were. */
const CHANGES: Readonly<Record<string, string>> = {
  'yield to 100 %': "UPDATE run_tally SET result = 'pass' WHERE result = 'fail'",
  'failures counted away': "DELETE FROM run_tally WHERE result = 'fail'",
  'runs counted twice': 'UPDATE run_tally SET run_count = run_count * 2',
  'a mean moved': 'UPDATE measurement_tally SET mean = mean + 1e-9',
  'a limit widened': 'UPDATE measurement_tally SET high = 1000',
  'step times halved': 'UPDATE step_tally SET duration_ms = duration_ms / 2',
  'a unit’s standing': 'UPDATE unit_standing SET tally = replace(tally, \'"retest"\', \'"pass"\')',
  'units counted otherwise': 'UPDATE unit_tally SET unit_count = unit_count + 1',
  'a unit’s history erased': "DELETE FROM run_keys WHERE key LIKE 'label:%'",
  'a unit’s history given to another':
    "UPDATE run_keys SET key = 'id:000000000000000000000099' WHERE key LIKE 'id:%' AND sequence = (SELECT max(sequence) FROM runs)",
  'the budget of a unit': 'UPDATE runs SET counts = 0',
  'a run of another batch': "UPDATE runs SET batch = 'B-9' WHERE sequence = (SELECT max(sequence) FROM runs)",
  'a run that is not there':
    "INSERT INTO runs SELECT sequence + 1000, run_id || 'x', recipe, batch, fixture, purpose, result, counts, day, unit FROM runs LIMIT 1",
  'a label taken from its unit': 'DELETE FROM identities',
  'a unit renamed': "UPDATE unit_names SET unit = 'other'",
  'a unit’s number': "UPDATE unit_ids SET device_id = 'other'",
  'a half-written unit made whole': 'DELETE FROM half_flashed',
  'a hold erased': 'DELETE FROM note_keys',
  'a signature erased': 'DELETE FROM signatures',
  'a signature moved to another person': "UPDATE signatures SET person = 'nobody' WHERE person LIKE 'q%'",
  'a run voided': 'INSERT INTO voided_runs SELECT run_id, sequence FROM runs LIMIT 1',
  'a voided run counted again': 'DELETE FROM voided_runs',
  'evidence planted': "INSERT INTO evidence SELECT sequence, 'ab', '{}' FROM runs LIMIT 1",
  'evidence of no run': "INSERT INTO evidence VALUES (1, 'ab', '{}')",
  'a trigger dropped': 'DROP TRIGGER runs_are_never_removed',
  'a trigger planted': "CREATE TRIGGER quiet AFTER INSERT ON runs BEGIN UPDATE run_tally SET result = 'pass'; END",
  'a view planted': 'CREATE VIEW rosy AS SELECT * FROM runs',
  'an index dropped': 'DROP INDEX runs_by_batch',
  'a table planted': 'CREATE TABLE notes (text TEXT)',
  'a column added': 'ALTER TABLE run_tally ADD COLUMN note TEXT',
};

export const row: FaultRow = {
  fault: 'rows and schema changed beside the chain',
  how: `${Object.keys(CHANGES).length} changes by plain SQL in what is looked up and counted; triggers made again afterwards`,
  usualSeconds: 10,
  run: async () => {
    const folder = temporaryFolder();
    try {
      const original = join(folder.path, 'record');
      await writeLot(original);
      const failures = verifyRecord(original).faults.map(({ text }) => `untouched: ${text}`);
      for (const [name, sql] of Object.entries(CHANGES)) {
        const copy = join(folder.path, `case-${failures.length}-${Object.keys(CHANGES).indexOf(name)}`);
        mkdirSync(copy);
        for (const file of ['record.db', 'chain-head.log']) copyFileSync(join(original, file), join(copy, file));
        if (!change(join(copy, 'record.db'), sql)) failures.push(`${name}: changed nothing`);
        else if (verifyRecord(copy).faults.length === 0) failures.push(`${name}: was not found`);
      }
      return { count: Object.keys(CHANGES).length, failures, note: 'each found; the untouched record is whole' };
    } finally {
      folder.dispose();
    }
  },
};

/** Runs that pass, fail and end half-way, of units that are repaired, released, signed for and voided. */
async function writeLot(directory: string): Promise<void> {
  const record = await openSample(directory);
  const unit = (number: number) => ({ deviceId: String(number).padStart(24, '0'), label: `L${number}` });
  const measured = sampleStep({ evidence: [bulkyEvidence()], measurements: [measurement(1.5), measurement(1.7)] });
  for (let number = 1; number <= 12; number += 1)
    await writeRun(record, {
      number,
      unit: unit(number),
      result: number % 3 === 0 ? 'fail' : 'pass',
      ...(number % 3 === 0 ? {} : { steps: [measured] }),
    });
  const interrupted = sampleRun({ number: 13, unit: unit(13), result: 'aborted' });
  await record.journal.beginRun(interrupted);
  await record.journal.recordWriteIntent({
    runId: interrupted.runId,
    image: 'part1',
    address: 0x0802_0000,
    sizeBytes: 1_024,
  });
  await record.journal.finishRun(interrupted);
  const by = { id: 'E. Ngineer', role: 'engineer' } as const;
  await record.log.append('unit-repaired', { unit: unit(3), by, cause: 'bootloader replaced' });
  await record.log.append('unit-released', { unit: unit(6), by, reason: 'looked at' });
  const signed = sampleRun({ number: 9 }).runId;
  await record.log.sign({ runId: signed, decision: 'scrap', person: by, reason: 'dead' }, defaultSignOffPolicy);
  await record.log.sign(
    {
      runId: signed,
      decision: 'scrap',
      person: { id: 'Q. Uality', role: 'quality' },
      reason: 'agreed',
    },
    defaultSignOffPolicy,
  );
  await record.log.append('runs-voided', {
    runIds: [sampleRun({ number: 3 }).runId],
    by,
    rule: 'D9',
    reason: 'fixture lied',
  });
  await record.close();
}

function measurement(value: number) {
  return { name: 'current', unit: 'A', value, limits: { low: 1, high: 2 }, result: 'pass' } as never;
}

/** False when the change touched no row. */
function change(file: string, sql: string): boolean {
  const database = new DatabaseSync(file);
  const isSchema = /^(DROP|CREATE|ALTER)/.test(sql);
  const triggers = isSchema
    ? []
    : (database.prepare("SELECT name, sql FROM sqlite_schema WHERE type = 'trigger'").all() as {
        name: string;
        sql: string;
      }[]);
  for (const { name } of triggers) database.exec(`DROP TRIGGER ${name}`);
  const { changes } = database.prepare(sql).run();
  for (const trigger of triggers) database.exec(trigger.sql);
  database.close();
  return isSchema || Number(changes) > 0;
}
