// One run as JSON for other programs: the whole record in a versioned envelope.

import type { Signature } from '../../domain/people/signature.ts';
import type { RunRecord } from '../../domain/run/run.ts';
import type { Repair } from '../../domain/unit/unit-note.ts';
import type { UnitContext } from './unit-page.ts';

/** Name and version of the shape; a change that breaks a reader gets the next number. */
export const UNIT_SCHEMA = 'flashline-unit/1';

/** What a reader of the file gets; `unit-schema.ts` says the same as JSON Schema. */
export interface UnitDocument {
  readonly schema: typeof UNIT_SCHEMA;
  readonly run: RunRecord;
  readonly signatures: readonly Signature[];
  /** Repairs and releases of the unit between this run and its next, oldest first. */
  readonly repairs: readonly Repair[];
  /** Ids of the unit's other runs at this operation, oldest first. */
  readonly earlierRuns: readonly string[];
}

/** The document, and the same as indented text. */
export function buildUnitDocument(run: RunRecord, context: UnitContext = {}): UnitDocument {
  return {
    schema: UNIT_SCHEMA,
    run,
    signatures: (context.signatures ?? []).filter((signature) => signature.runId === run.runId),
    repairs: context.repairs ?? [],
    earlierRuns: (context.history ?? [])
      .map((earlier) => earlier.runId)
      .filter((runId) => runId !== run.runId)
      .sort(),
  };
}

export function formatUnitJson(run: RunRecord, context: UnitContext = {}): string {
  return `${JSON.stringify(buildUnitDocument(run, context), null, 2)}\n`;
}
