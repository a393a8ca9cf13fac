// Numbers as people read them: durations, sizes, shares, moments.
import type { Rate } from '../../domain/quality/yields.ts';

/** `840 ms`, `12.4 s`, `3 min 05 s`, `2 h 10 min`. */
export function formatDuration(ms: number): string {
  if (!Number.isFinite(ms)) return '–';
  if (ms < 1000) return `${Math.round(ms)} ms`;
  if (ms < 60_000) return `${trimTrailingZeros(ms / 1000, ms < 10_000 ? 2 : 1)} s`;
  const seconds = Math.round(ms / 1000);
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ${padTwoDigits(seconds % 60)} s`;
  const minutes = Math.round(seconds / 60);
  return `${Math.floor(minutes / 60)} h ${padTwoDigits(minutes % 60)} min`;
}

/** `512 B`, `16 K`, `235.8 K`, `1 M`: binary multiples, as flash is counted. */
export function formatByteSize(bytes: number): string {
  if (bytes < 1024) return `${bytes} B`;
  if (bytes < 1024 * 1024) return `${trimTrailingZeros(bytes / 1024, 1)} K`;
  return `${trimTrailingZeros(bytes / 1024 / 1024, 2)} M`;
}

/** A figure with as many digits as tell something, and a thin space between thousands. */
export function formatFigure(value: number): string {
  if (!Number.isFinite(value)) return '–';
  const size = Math.abs(value);
  if (Number.isInteger(value)) return groupThousands(String(value));
  if (size >= 1000) return groupThousands(value.toFixed(0));
  if (size >= 100) return trimTrailingZeros(value, 1);
  if (size >= 1) return trimTrailingZeros(value, 2);
  return size === 0 ? '0' : String(Number(value.toPrecision(3)));
}

/** A measured value: every digit that was measured, but no tail of binary fractions. */
export function formatMeasuredValue(value: number): string {
  return String(Number(value.toPrecision(9)));
}

/** `97.5 %`, or a dash where there was nothing to divide. */
export function formatPercent(share: number | null): string {
  if (share === null) return '–';
  const percent = share * 100;
  return `${percent === 100 || percent === 0 ? percent : percent.toFixed(percent > 99 || percent < 1 ? 2 : 1)} %`;
}

/** `39 of 40`. */
export function formatRate(rate: Rate): string {
  return `${formatFigure(rate.count)} of ${formatFigure(rate.of)}`;
}

/** A capability: two digits, or a dash. */
export function formatCapability(value: number | null): string {
  return value === null ? '–' : value.toFixed(2);
}

/** ISO time with its zone, in a form for people: `2026-01-05 06:00:03 +01:00`. Anything else is given back as it is. */
export function formatMoment(iso: string): string {
  const parts = /^(\d{4}-\d\d-\d\d)T(\d\d:\d\d:\d\d)(?:\.\d+)?(Z|[+-]\d\d:\d\d)$/.exec(iso);
  return parts ? `${parts[1]} ${parts[2]} ${parts[3] === 'Z' ? 'UTC' : parts[3]}` : iso;
}

/** `1 run`, `3 runs`. */
export function formatCount(count: number, one: string, many = `${one}s`): string {
  return `${formatFigure(count)} ${count === 1 ? one : many}`;
}

/** Coordinates in drawings: at most one digit after the point. */
export function formatCoordinate(value: number): string {
  return String(Math.round(value * 10) / 10);
}

function trimTrailingZeros(value: number, digits: number): string {
  return value.toFixed(digits).replace(/\.?0+$/, '');
}

function padTwoDigits(value: number): string {
  return String(value).padStart(2, '0');
}

function groupThousands(digits: string): string {
  return digits.replace(/\B(?=(\d{3})+$)/g, '\u202f');
}
