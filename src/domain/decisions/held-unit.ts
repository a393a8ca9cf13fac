// A unit that waits for something else than its next run: since when, for what, and who must act.
import type { Disposition } from '../run/verdict.ts';

/** Who may have to act next. */
export const actors = ['operator', 'technician', 'engineer', 'review-board'] as const;

export type Actor = (typeof actors)[number];

/** What has to happen next to a unit that has not passed and is not scrapped. */
export interface NextAct {
  readonly who: Actor;
  /** One sentence, verb first. */
  readonly act: string;
}

/** One unit in a bin that is not its end. */
export interface HeldUnit extends NextAct {
  /** Its last run, whose verdict stands. */
  readonly runId: string;
  /** How the unit is called. */
  readonly unit: string;
  readonly disposition: Disposition;
  readonly rule: string;
  /** ISO 8601: when that run ended. */
  readonly since: string;
  /** ISO 8601: by when the station's policy wants it decided. */
  readonly due: string;
}

/** Who acts, as people read it. */
export const actorLabels: Readonly<Record<Actor, string>> = {
  operator: 'operator',
  technician: 'technician',
  engineer: 'engineer',
  'review-board': 'two people (review board)',
};
