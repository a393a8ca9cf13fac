// What people and rules said after a run: appended to the record, never edited; the judge reads it with the runs.
import type { Signature } from './signature.ts';
import type { Verdict } from './verdict.ts';

/** What happened to a unit between its runs. */
export type UnitNote =
  | { readonly kind: 'repaired'; readonly at: string; readonly by: string; readonly cause: string }
  | { readonly kind: 'released'; readonly at: string; readonly by: string; readonly reason: string }
  | ({ readonly kind: 'signed' } & Signature)
  /** The verdict on a run, judged anew because something has become known since. */
  | { readonly kind: 'judged-again'; readonly at: string; readonly runId: string; readonly verdict: Verdict };

/** A run declared void because its fixture was found guilty: kept, flagged, not counted. */
export interface VoidNote {
  readonly kind: 'voided';
  readonly at: string;
  readonly runId: string;
  readonly rule: string;
  readonly reason: string;
}

/** What happened to a fixture. */
export type FixtureNote =
  | {
      readonly kind: 'stopped';
      readonly at: string;
      readonly fixture: number;
      readonly rule: string;
      readonly reason: string;
    }
  | {
      readonly kind: 'released';
      readonly at: string;
      readonly fixture: number;
      readonly by: string;
      readonly cause: string;
    }
  | {
      readonly kind: 'cable-replaced';
      readonly at: string;
      readonly fixture: number;
      readonly by: string;
      readonly cable: string;
    };
