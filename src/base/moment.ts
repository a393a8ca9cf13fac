// A moment as the record writes it: ISO 8601 with milliseconds and the station's own offset.

/** `2026-01-05T07:00:00.000+01:00` for a wall time in ms since 1970. */
export function formatIsoMoment(wallMs: number): string {
  const offsetMinutes = -new Date(wallMs).getTimezoneOffset();
  const local = new Date(wallMs + offsetMinutes * 60_000).toISOString().slice(0, -1);
  const sign = offsetMinutes < 0 ? '-' : '+';
  const minutes = Math.abs(offsetMinutes);
  return `${local}${sign}${padTwoDigits(Math.floor(minutes / 60))}:${padTwoDigits(minutes % 60)}`;
}

/** The calendar day of a moment where it was written: its first ten characters. */
export function toCalendarDay(moment: string): string {
  return moment.slice(0, 10);
}

function padTwoDigits(value: number): string {
  return String(value).padStart(2, '0');
}
