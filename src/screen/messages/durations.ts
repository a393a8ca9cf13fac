// Durations as people read them on the board.

const MINUTE_S = 60;
const HOUR_S = 3_600;
/** Up to here seconds are easier to compare than minutes. */
const MAX_SECONDS_SHOWN = 120;

/** `8 s`, `3 min`, `1.5 h`. */
export function formatShortDuration(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1000));
  if (seconds < MAX_SECONDS_SHOWN) return `${seconds} s`;
  if (seconds < 2 * HOUR_S) return `${Math.round(seconds / MINUTE_S)} min`;
  return `${(seconds / HOUR_S).toFixed(1)} h`;
}
