// The JSON of a run obeys its published schema, and says all that the record says.
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { buildUnitDocument, formatUnitJson } from '../../src/report/unit/unit-json.ts';
import { buildUnitDocumentSchema } from '../../src/report/unit/unit-schema.ts';
import { sampleBatch, sampleRun } from './sample-batch.ts';

const { runs, signatures } = sampleBatch();
const schema = z.fromJSONSchema(buildUnitDocumentSchema() as Parameters<typeof z.fromJSONSchema>[0]);

const REPAIRS = [
  { kind: 'repaired', at: '2026-01-05T06:12:00.000+01:00', by: 'K. Sato', cause: 'new bootloader' },
  { kind: 'released', at: '2026-01-05T06:13:00.000+01:00', by: 'R. Amari', reason: 'label was misread' },
] as const;

describe('a unit’s JSON', () => {
  it('obeys the published schema for every run of the sample', () => {
    for (const run of runs) {
      const document = JSON.parse(formatUnitJson(run, { history: runs, signatures, repairs: REPAIRS }));
      expect(schema.safeParse(document).error, run.runId).toBeUndefined();
    }
  });

  it('is refused by the schema when a field is missing, strange or of another kind', () => {
    const document = buildUnitDocument(sampleRun(1));
    const { verdict: _, ...withoutVerdict } = document.run;
    for (const wrong of [
      { ...document, schema: 'flashline-unit/2' },
      { ...document, extra: 1 },
      { ...document, repairs: [{ ...REPAIRS[0], reason: 'x' }] },
      { ...document, run: withoutVerdict },
      { ...document, run: { ...document.run, fixture: 'one' } },
    ]) {
      expect(schema.safeParse(wrong).success).toBe(false);
    }
  });

  it('read back is the record itself', () => {
    for (const run of runs) expect(JSON.parse(formatUnitJson(run)).run).toEqual(run);
  });

  it('carries the signatures of its own run and the ids of the unit’s other runs', () => {
    const document = buildUnitDocument(sampleRun(104), {
      history: runs.filter((run) => run.unit.label === sampleRun(104).unit.label),
      signatures,
    });
    expect(document.signatures).toHaveLength(2);
    expect(document.earlierRuns).toEqual([sampleRun(103).runId]);
  });
});
