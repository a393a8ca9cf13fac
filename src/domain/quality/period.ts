// How a period of production is parted.

/** Parts of a period, by the station's own time. */
export const periodParts = ['hour', 'shift', 'day'] as const;

export type PeriodPart = (typeof periodParts)[number];
