// The terminal as a screen of painted lines: remembers what stands there and sends no more than what changed.
import type { Clock } from '../../base/clock.ts';
import { type ColourDepth, renditionOf } from './palette.ts';
import { type Row, rowOf, screenUpdate } from './screen-update.ts';
import type { Line } from './styled-line.ts';
import type { ScreenSize } from './theme.ts';

export interface TerminalScreen {
  readonly size: ScreenSize;
  /** Exactly as many lines as the screen has rows. */
  show(lines: readonly Line[]): void;
  /** Takes no more notice of the terminal. */
  close(): void;
}

/** Sent whole after this, since a kernel message or another program may have written over it. */
const RESEND_MS = 10_000;

/** What a terminal without a size is taken for. */
const FALLBACK_SIZE: ScreenSize = { columns: 80, rows: 24 };

/** A screen of nothing; the first lines are sent whole. */
export function openScreen(stdout: NodeJS.WriteStream, depth: ColourDepth, clock: Clock): TerminalScreen {
  const styled = (line: Line): Row => rowOf(line, (segment) => renditionOf(segment, depth));
  let shown: readonly Row[] | null = null;
  let wholeAtMs = clock.monotonicMs();
  const forget = (): void => {
    shown = null;
  };
  stdout.on('resize', forget);
  return {
    get size() {
      return { columns: stdout.columns || FALLBACK_SIZE.columns, rows: stdout.rows || FALLBACK_SIZE.rows };
    },
    show: (lines) => {
      const nowMs = clock.monotonicMs();
      if (nowMs - wholeAtMs >= RESEND_MS) forget();
      if (shown === null) wholeAtMs = nowMs;
      const rows = lines.map(styled);
      const update = screenUpdate(shown, rows);
      shown = rows;
      if (update !== '') stdout.write(update);
    },
    close: () => void stdout.off('resize', forget),
  };
}
