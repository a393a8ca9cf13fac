// Which runs are meant, as it is typed: days, a batch, a fixture, a recipe.
import type { RunFilter } from '../../record/store/run-filter.ts';
import { createArgumentError, parsePositiveNumber } from './arguments.ts';
import { type TypedInput, takeText } from './verb-input.ts';

export const filterOptions = {
  since: takeText('day', 'from this day on, as in 2026-01-05'),
  until: takeText('day', 'up to this day, that day included'),
  batch: takeText('name', 'of this batch'),
  fixture: takeText('number', 'at this fixture'),
  recipe: takeText('name', 'with the recipe of this name'),
};

export type FilterOptions = TypedInput<typeof filterOptions>;

/** The filter that was typed. Throws StationError `cli/argument`. */
export function buildRunFilter({ since, until, batch, fixture, recipe }: FilterOptions): RunFilter {
  return {
    ...(since !== undefined && { since: parseDay(since, '--since') }),
    ...(until !== undefined && { until: parseDay(until, '--until') }),
    ...(batch !== undefined && { batch }),
    ...(fixture !== undefined && { fixture: parsePositiveNumber(fixture, '--fixture') }),
    ...(recipe !== undefined && { recipe }),
  };
}

/** A calendar day that exists. Throws StationError `cli/argument`. */
export function parseDay(text: string, option: string): string {
  const isDay = /^\d{4}-\d\d-\d\d$/.test(text) && new Date(`${text}T00:00:00Z`).toJSON()?.startsWith(text);
  if (isDay) return text;
  throw createArgumentError(`${option} is "${text}"`, `give a day, as in ${option} 2026-01-05`);
}
