// How a running station is shown: the board on a terminal, plain lines in a pipe, NDJSON for machines.
import type { Clock } from '../base/clock.ts';
import { systemClock } from '../base/clock.ts';
import type { Station } from '../station/contracts.ts';
import { plainLine } from './plain-lines.ts';
import type { Terminal } from './terminal.ts';

export type Showing = 'board' | 'lines' | 'json';

export interface ShowOptions {
  readonly station: Station;
  readonly fixtureNumbers: readonly number[];
  readonly stationClock: Clock;
  readonly language: string | undefined;
  readonly onEnd: () => void;
}

/** Shows the station until the returned function is called, which restores the terminal. */
export async function showStation(
  showing: Showing,
  terminal: Terminal,
  options: ShowOptions,
): Promise<() => Promise<void>> {
  if (showing === 'board') return showBoard(terminal, options);
  const stop = options.station.subscribe((event) => {
    if (showing === 'json') return terminal.out(`${JSON.stringify(event)}\n`);
    const line = plainLine(event);
    if (line !== undefined) terminal.out(`${line}\n`);
  });
  return async () => stop();
}

/** The board where somebody can see it, plain lines elsewhere. */
export function chooseShowing(
  terminal: Terminal,
  asked: { readonly json?: boolean; readonly plain?: boolean },
): Showing {
  if (asked.json) return 'json';
  return terminal.isInteractive && !asked.plain ? 'board' : 'lines';
}

async function showBoard(
  terminal: Terminal,
  { station, fixtureNumbers, stationClock, language, onEnd }: ShowOptions,
): Promise<() => Promise<void>> {
  const { environment } = terminal;
  // Both are read once, when Ink is imported.
  process.env['NODE_ENV'] ??= 'production';
  if (environment['NO_COLOR']) process.env['FORCE_COLOR'] = '0';
  const { mountBoard } = await import('../screen/mount.tsx');
  const board = mountBoard({
    fixtureNumbers,
    stationClock,
    personClock: systemClock,
    locale: language ?? environment['LC_ALL'] ?? environment['LANG'],
    isUnicode: speaksUnicode(environment),
    isReadOnly: false,
    scannerPrefix: '',
    onScan: (text) => station.scan(text),
    onPutAway: (runId) => station.confirmPutAway(runId),
    onEnd,
  });
  const stop = station.subscribe((event) => board.show(event));
  return async () => {
    stop();
    await board.unmount();
  };
}

function speaksUnicode(environment: NodeJS.ProcessEnv): boolean {
  if (environment['TERM'] === 'linux' || environment['TERM'] === 'dumb') return false;
  const locale = environment['LC_ALL'] || environment['LC_CTYPE'] || environment['LANG'] || '';
  return locale === '' || /utf-?8/i.test(locale);
}
