// A choice of runs held against the record: figures of a name that nobody ever used would be zeros that look like an answer.
import { nearestWord } from '../../recipe/yaml/nearest-word.ts';
import type { ReadableRecord } from '../../record/read-record.ts';
import type { RunFilter } from '../../record/store/run-filter.ts';
import { wrongArgument } from './arguments.ts';
import { assertBatchOnRecord } from './find-batch.ts';
import { fixtureNamed } from './find-fixture.ts';
import type { RecordChoice } from './record-option.ts';
import { planOfRecord } from './with-record.ts';

/**
 * Throws StationError `cli/argument` for a batch or a recipe that is not on record, and for a fixture that neither the
 * record nor the station has. Days, and names that are there but never together, may well be of no run.
 */
export async function assertNamesOnRecord(
  record: ReadableRecord,
  { batch, fixture, recipe }: RunFilter,
  choice: RecordChoice,
): Promise<void> {
  if (batch !== undefined) await assertBatchOnRecord(record, batch);
  if (recipe !== undefined) assertRecipeOnRecord(record, recipe);
  if (fixture !== undefined) assertFixtureKnown(record, fixture, choice);
}

function assertRecipeOnRecord({ history }: ReadableRecord, recipe: string): void {
  const known = history.namesOf('recipe');
  if (known.includes(recipe)) return;
  const near = nearestWord(recipe, known);
  throw wrongArgument(
    `there is no run with recipe ${recipe} on record`,
    near === undefined ? onRecord(known) : `did you mean "${near}"?`,
  );
}

function assertFixtureKnown(record: ReadableRecord, fixture: number, choice: RecordChoice): void {
  const known = record.history.namesOf('fixture');
  if (known.includes(String(fixture))) return;
  const plan = planOfRecord(record, choice);
  if (!plan) throw wrongArgument(`there is no run at fixture ${fixture} on record`, onRecord(known));
  fixtureNamed(plan, fixture);
}

function onRecord(known: readonly string[]): string {
  return known.length === 0 ? 'there is no run on record yet' : `those on record are: ${known.join(', ')}`;
}
