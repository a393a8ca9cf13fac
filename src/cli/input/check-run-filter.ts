// A choice of runs held against the record: figures of a name that nobody ever used would be zeros that look like an answer.
import { findNearestWord } from '../../recipe/yaml/nearest-word.ts';
import type { ReadableRecord } from '../../record/read-record.ts';
import type { RunFilter } from '../../record/store/run-filter.ts';
import { createArgumentError } from '../options/arguments.ts';
import type { RecordOptions } from '../options/record-options.ts';
import { assertBatchOnRecord } from './find-batch.ts';
import { findFixture } from './find-fixture.ts';
import { findPlanOfRecord } from './with-record.ts';

/**
 * Throws StationError `cli/argument` for a batch or a recipe that is not on record, and for a fixture that neither the
 * record nor the station has. Days, and names that are there but never together, may well be of no run.
 */
export async function assertFilterOnRecord(
  record: ReadableRecord,
  { batch, fixture, recipe }: RunFilter,
  choice: RecordOptions,
): Promise<void> {
  if (batch !== undefined) await assertBatchOnRecord(record, batch);
  if (recipe !== undefined) assertRecipeOnRecord(record, recipe);
  if (fixture !== undefined) assertFixtureKnown(record, fixture, choice);
}

function assertRecipeOnRecord({ history }: ReadableRecord, recipe: string): void {
  const known = history.listRunNames('recipe');
  if (known.includes(recipe)) return;
  const near = findNearestWord(recipe, known);
  throw createArgumentError(
    `there is no run with recipe ${recipe} on record`,
    near === undefined ? formatKnownNames(known) : `did you mean "${near}"?`,
  );
}

function assertFixtureKnown(record: ReadableRecord, fixture: number, choice: RecordOptions): void {
  const known = record.history.listRunNames('fixture');
  if (known.includes(String(fixture))) return;
  const plan = findPlanOfRecord(record, choice);
  if (!plan) throw createArgumentError(`there is no run at fixture ${fixture} on record`, formatKnownNames(known));
  findFixture(plan, fixture);
}

function formatKnownNames(known: readonly string[]): string {
  return known.length === 0 ? 'there is no run on record yet' : `those on record are: ${known.join(', ')}`;
}
