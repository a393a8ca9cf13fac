// Which runs are meant, as it is typed: days, a batch, a fixture, a recipe.
import type { Command } from 'commander';
import type { RunFilter } from '../../record/store/run-filter.ts';
import { createArgumentError, parsePositiveNumber } from './arguments.ts';

export interface FilterOptions {
  readonly since?: string;
  readonly until?: string;
  readonly batch?: string;
  readonly fixture?: string;
  readonly recipe?: string;
}

/** The options of FilterOptions. */
export function addFilterOptions(command: Command): Command {
  return command
    .option('--since <day>', 'from this day on, as in 2026-01-05')
    .option('--until <day>', 'up to this day, that day included')
    .option('--batch <name>', 'of this batch')
    .option('--fixture <number>', 'at this fixture')
    .option('--recipe <name>', 'with the recipe of this name');
}

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
