// Durations as people read them on the board.

const MINUTE_S = 60;
const HOUR_S = 3_600;
/** Up to here seconds are easier to compare than minutes. */
const SECONDS_UP_TO = 120;

/** `8 s`, `3 min`, `1.5 h`. */
export function duration(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1000));
  if (seconds < SECONDS_UP_TO) return `${seconds} s`;
  if (seconds < 2 * HOUR_S) return `${Math.round(seconds / MINUTE_S)} min`;
  return `${(seconds / HOUR_S).toFixed(1)} h`;
}
