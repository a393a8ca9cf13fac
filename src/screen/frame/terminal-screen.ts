// The terminal as a screen of painted lines: remembers what stands there and sends no more than what changed.
import type { Clock } from '../../base/clock.ts';
import { type ColourDepth, formatSgrParameters } from './palette.ts';
import { encodeScreenUpdate, type ScreenRow, toScreenRow } from './screen-update.ts';
import type { Line } from './styled-line.ts';
import type { ScreenSize } from './theme.ts';

export interface TerminalScreen {
  readonly size: ScreenSize;
  /** Exactly as many lines as the screen has rows. */
  showLines(lines: readonly Line[]): void;
  /** Takes no more notice of the terminal. */
  close(): void;
}

/** Sent whole after this, since a kernel message or another program may have written over it. */
const RESEND_MS = 10_000;

/** What a terminal without a size is taken for. */
const FALLBACK_SIZE: ScreenSize = { columns: 80, rows: 24 };

/** A screen of nothing; the first lines are sent whole. */
export function openTerminalScreen(stdout: NodeJS.WriteStream, depth: ColourDepth, clock: Clock): TerminalScreen {
  const styled = (line: Line): ScreenRow => toScreenRow(line, (segment) => formatSgrParameters(segment, depth));
  let shown: readonly ScreenRow[] | null = null;
  let wholeAtMs = clock.readMonotonicMs();
  const forget = (): void => {
    shown = null;
  };
  stdout.on('resize', forget);
  return {
    get size() {
      return { columns: stdout.columns || FALLBACK_SIZE.columns, rows: stdout.rows || FALLBACK_SIZE.rows };
    },
    showLines: (lines) => {
      const nowMs = clock.readMonotonicMs();
      if (nowMs - wholeAtMs >= RESEND_MS) forget();
      if (shown === null) wholeAtMs = nowMs;
      const rows = lines.map(styled);
      const update = encodeScreenUpdate(shown, rows);
      shown = rows;
      if (update !== '') stdout.write(update);
    },
    close: () => void stdout.off('resize', forget),
  };
}
