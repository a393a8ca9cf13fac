// How a running station is shown: the board on a terminal, plain lines in a pipe, NDJSON for machines.
import { systemClock } from '../../base/clock.ts';
import { StationError } from '../../base/station-error.ts';
import type { StationEvent } from '../../domain/events.ts';
import type { Person } from '../../domain/people/person.ts';
import type { BoardCommand } from '../../screen/input/key-bindings.ts';
import type { MountedBoard, MountBoardOptions as MountOptions } from '../../screen/mount.tsx';
import type { BoardState } from '../../screen/state/board-state.ts';
import type { StationPlan } from '../../station/file/station-plan.ts';
import type { Station } from '../../station/interface/contracts.ts';
import { resolveOperator } from '../../station/operators/resolve-operator.ts';
import type { BoardDisplayOptions } from '../options/board-options.ts';
import { formatEventLine } from '../output/event-lines.ts';
import type { TextWeight } from '../output/output-queue.ts';
import type { Terminal } from '../output/terminal.ts';
import { detectTerminalCapabilities, readLocale } from '../output/terminal-capabilities.ts';
import type { Assembly } from './assemble-station.ts';
import { openBoardTerminal } from './board/board-process.ts';
import { superviseBoard } from './board/board-supervisor.ts';
import { type LineWriter, openLineWriter } from './board/line-writer.ts';

export type DisplayMode = 'board' | 'lines' | 'json';

export interface ShowOptions {
  readonly assembly: Pick<Assembly, 'station' | 'plan' | 'clock'>;
  readonly board: BoardDisplayOptions;
  /** The board with all that happened so far. */
  readonly readState: () => BoardState;
  readonly onEnd: () => void;
}

/** Shows the station until the returned function is called, which restores the terminal. */
export async function showStation(
  showing: DisplayMode,
  terminal: Terminal,
  options: ShowOptions,
): Promise<() => Promise<void>> {
  if (showing === 'board') return showBoard(terminal, options);
  const stop = options.assembly.station.subscribe((event) => {
    if (showing === 'json') return terminal.writeOut(`${JSON.stringify(event)}\n`, weighEvent(event));
    const line = formatEventLine(event);
    if (line !== undefined) terminal.writeOut(`${line}\n`, { isProgress: event.type !== 'run-recorded' });
  });
  return async () => stop();
}

/** Results are never left out; a slow reader gets them without their steps, which the record has. */
function weighEvent(event: StationEvent): TextWeight {
  if (event.type !== 'run-recorded') return { isProgress: true };
  const { run } = event;
  const failure = run.failure && { ...run.failure, evidence: [] };
  return { shorten: () => `${JSON.stringify({ ...event, run: { ...run, failure, steps: [] } })}\n` };
}

/** The board where somebody can see it, plain lines elsewhere. */
export function chooseDisplayMode(terminal: Terminal, { json, plain }: BoardDisplayOptions): DisplayMode {
  if (json) return 'json';
  const isBoardPossible = terminal.isInteractive && terminal.environment['TERM'] !== 'dumb';
  return isBoardPossible && !plain ? 'board' : 'lines';
}

/** Mounts the board on this terminal by what it can do; Ink is imported here and nowhere sooner. */
export async function mountBoardOnTerminal(
  terminal: Terminal,
  asked: BoardDisplayOptions,
  options: Omit<MountOptions, keyof TerminalMountOptions>,
): Promise<MountedBoard> {
  const { isUnicode, colourDepth, isSpoken } = detectTerminalCapabilities(terminal.environment);
  // Read once, when React is imported.
  process.env['NODE_ENV'] ??= 'production';
  const { mountBoard } = await import('../../screen/mount.tsx');
  return mountBoard({
    ...options,
    personClock: systemClock,
    locale: asked.language ?? readLocale(terminal.environment),
    isUnicode,
    colourDepth,
    isSpoken: asked.screenReader ?? isSpoken,
    scannerPrefix: asked.scannerPrefix ?? '',
    stdin: process.stdin,
    stdout: process.stdout,
  });
}

/** What the terminal and its person decide, not the verb. */
type TerminalMountOptions = Pick<
  MountOptions,
  'personClock' | 'locale' | 'isUnicode' | 'colourDepth' | 'isSpoken' | 'scannerPrefix' | 'stdin' | 'stdout'
>;

function showBoard(terminal: Terminal, { assembly, board: asked, readState, onEnd }: ShowOptions): () => Promise<void> {
  const { station, plan, clock } = assembly;
  const { isUnicode, colourDepth, isSpoken } = detectTerminalCapabilities(terminal.environment);
  let lines: LineWriter | null = null;
  const board = superviseBoard({
    look: {
      locale: asked.language ?? readLocale(terminal.environment),
      isUnicode,
      colourDepth,
      isSpoken: asked.screenReader ?? isSpoken,
      scannerPrefix: asked.scannerPrefix ?? '',
      bell: asked.bell ?? false,
    },
    clock: systemClock,
    terminal: openBoardTerminal(colourDepth),
    readStationMs: () => clock.readMonotonicMs(),
    readState,
    onScan: (text) => station.scan(text),
    onCommand: createBoardCommandHandler(station, plan),
    onInterrupt: onEnd,
    onGivenUp: (lastWords) => {
      lines = openLineWriter();
      lines.write(`ALARM: the board cannot be shown here; what happens follows in lines. ${lastWords}`);
    },
  });
  const stop = station.subscribe((event) => {
    board.showEvent(event);
    const line = lines && formatEventLine(event);
    if (line) lines!.write(line);
  });
  return async () => {
    stop();
    await board.stop();
    lines?.close();
  };
}

type BoardCommandHandler = (command: BoardCommand) => Promise<void>;

/** What a person confirms at the board, done at the station in the name of whoever is logged in there. */
function createBoardCommandHandler(station: Station, plan: StationPlan): BoardCommandHandler {
  let operator: Person | null = null;
  station.subscribe((event) => {
    if (event.type === 'operator-changed')
      operator = event.operator === null ? null : resolveOperator(plan.policy, event.operator);
  });
  return async (command) => {
    switch (command.do) {
      case 'put-away':
        return station.confirmPutAway(command.runId);
      case 'answer':
        return station.answerPrompt(command.promptId, command.answer);
      case 'stop':
        return station.stopFixture(command.fixture, 'Stopped at the board');
      case 'start':
        return station.startUndetectedUnit(command.fixture);
      case 'take-back':
        return station.takeLabelBack(command.fixture);
      case 'sign':
        return station.signScrap(command.runId, command.reason);
      case 'login':
        return station.changeOperator(command.name === '' ? null : resolveOperator(plan.policy, command.name));
      case 'release':
        if (!operator) throw createNotLoggedInError();
        return station.releaseFixture(command.fixture, command.cause, operator);
    }
  };
}

function createNotLoggedInError(): StationError {
  return new StationError({
    code: 'cli/nobody-logged-in',
    message: 'Nobody is logged in',
    hint: 'log in first: press o',
  });
}
