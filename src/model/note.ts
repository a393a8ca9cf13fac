// What people and rules said after a run: appended to the record, never edited; the judge reads it with the runs.
import type { Verdict } from './verdict.ts';

/** Who a person is at the station; which roles may sign what is policy. */
export const roles = ['operator', 'technician', 'engineer', 'quality'] as const;

export type Role = (typeof roles)[number];

/** One person's signature under one decision on one run. */
export interface Signature {
  /** ISO 8601. */
  readonly at: string;
  readonly by: string;
  readonly role: Role;
  readonly decision: 'scrap' | 'use-as-is';
  /** The run whose verdict is signed. */
  readonly runId: string;
  readonly reason: string;
}

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
