// Where the units of a simulated lot end.

/** Where a unit ends for good. */
export const unitEnds = [
  'pass',
  'pass, marked',
  'pass, reworked',
  'pass, by the wrong bin',
  'regraded',
  'returned',
  'hold',
  'scrap',
  'lost',
] as const;

export type UnitEnd = (typeof unitEnds)[number];

/** Ends in which a unit goes to the customer as a good one. */
export const shippedEnds: readonly UnitEnd[] = unitEnds.filter((end) => end.startsWith('pass'));
