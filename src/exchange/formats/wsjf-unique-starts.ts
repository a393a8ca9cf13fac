// The starts of WATS reports: WATS takes serial, part, process and start for one report and overwrites the first of two.

/** What WATS takes for the same report, beside the start. */
export interface ReportKey {
  readonly sn: string;
  readonly pn: string;
  readonly processCode: number;
}

/** The ms by which a report's start must be moved so that its key was not used before. */
export type UniqueStarts = (key: ReportKey, startMs: number) => number;

/** Keys remembered: months of a busy station, so that a clock that was set back does no harm either. */
const MAX_REMEMBERED_KEYS = 100_000;

/** Starts that are never given twice to one unit and process. */
export function createUniqueStarts(): UniqueStarts {
  const used = new Set<string>();
  return ({ sn, pn, processCode }, startMs) => {
    const keyAt = (ms: number): string => `${sn}\n${pn}\n${processCode}\n${ms}`;
    let shiftMs = 0;
    while (used.has(keyAt(startMs + shiftMs))) shiftMs += 1;
    used.add(keyAt(startMs + shiftMs));
    for (const oldest of used) {
      if (used.size <= MAX_REMEMBERED_KEYS) break;
      used.delete(oldest);
    }
    return shiftMs;
  };
}
