// Which runs are meant: the same few restrictions for listings, exports and statistics.
import type { SqlValue } from './database.ts';

/** What is left out does not restrict. Days are calendar days of a run's start, `2026-01-05`, both inclusive. */
export interface RunFilter {
  readonly since?: string;
  readonly until?: string;
  readonly batch?: string;
  readonly fixture?: number;
  readonly recipe?: string;
}

const CONDITIONS = {
  since: 'day >= ?',
  until: 'day <= ?',
  batch: 'batch = ?',
  fixture: 'fixture = ?',
  recipe: 'recipe = ?',
} as const satisfies Record<keyof RunFilter, string>;

/** The restriction as SQL over columns day, batch, fixture, recipe, with its values in order; `1` when there is none. */
export function buildRunFilterSql(filter: RunFilter): { readonly where: string; readonly values: readonly SqlValue[] } {
  const given = (Object.keys(CONDITIONS) as (keyof RunFilter)[]).filter((name) => filter[name] !== undefined);
  return {
    where: given.map((name) => CONDITIONS[name]).join(' AND ') || '1',
    values: given.map((name) => filter[name]!),
  };
}
