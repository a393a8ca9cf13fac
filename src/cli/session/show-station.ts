// How a running station is shown: the board on a terminal, plain lines in a pipe, NDJSON for machines.
import { systemClock } from '../../base/clock.ts';
import { StationError } from '../../base/station-error.ts';
import type { Person } from '../../record/people/roles.ts';
import type { BoardCommand } from '../../screen/input/key-bindings.ts';
import type { MountedBoard, BoardOptions as MountOptions } from '../../screen/mount.tsx';
import type { StationPlan } from '../../station/file/station-plan.ts';
import type { Station } from '../../station/interface/contracts.ts';
import { operatorNamed } from '../../station/operators/resolve-operator.ts';
import type { BoardOptions } from '../input/board-options.ts';
import { plainLine } from '../output/event-lines.ts';
import type { Terminal } from '../output/terminal.ts';
import { abilitiesOf, localeOf } from '../output/terminal-capabilities.ts';
import type { Assembly } from './assemble-station.ts';

export type Showing = 'board' | 'lines' | 'json';

export interface ShowOptions {
  readonly assembly: Pick<Assembly, 'station' | 'plan' | 'clock'>;
  readonly board: BoardOptions;
  readonly onEnd: () => void;
}

const BELL = '\u0007';

/** Shows the station until the returned function is called, which restores the terminal. */
export async function showStation(
  showing: Showing,
  terminal: Terminal,
  options: ShowOptions,
): Promise<() => Promise<void>> {
  if (showing === 'board') return showBoard(terminal, options);
  const stop = options.assembly.station.subscribe((event) => {
    if (showing === 'json') return terminal.out(`${JSON.stringify(event)}\n`);
    const line = plainLine(event);
    if (line !== undefined) terminal.out(`${line}\n`);
  });
  return async () => stop();
}

/** The board where somebody can see it, plain lines elsewhere. */
export function chooseShowing(terminal: Terminal, { json, plain }: BoardOptions): Showing {
  if (json) return 'json';
  const isBoardPossible = terminal.isInteractive && terminal.environment['TERM'] !== 'dumb';
  return isBoardPossible && !plain ? 'board' : 'lines';
}

/** Mounts the board on this terminal by what it can do; Ink is imported here and nowhere sooner. */
export async function mountOn(
  terminal: Terminal,
  asked: BoardOptions,
  options: Omit<MountOptions, keyof MountAbilities>,
): Promise<MountedBoard> {
  const { isUnicode, colourDepth, isSpoken } = abilitiesOf(terminal.environment);
  // Read once, when React is imported.
  process.env['NODE_ENV'] ??= 'production';
  const { mountBoard } = await import('../../screen/mount.tsx');
  return mountBoard({
    ...options,
    personClock: systemClock,
    locale: asked.language ?? localeOf(terminal.environment),
    isUnicode,
    colourDepth,
    isSpoken: asked.screenReader ?? isSpoken,
    scannerPrefix: asked.scannerPrefix ?? '',
    stdin: process.stdin,
    stdout: process.stdout,
  });
}

/** What the terminal and its person decide, not the verb. */
type MountAbilities = Pick<
  MountOptions,
  'personClock' | 'locale' | 'isUnicode' | 'colourDepth' | 'isSpoken' | 'scannerPrefix' | 'stdin' | 'stdout'
>;

async function showBoard(
  terminal: Terminal,
  { assembly: { station, plan, clock }, board: asked, onEnd }: ShowOptions,
): Promise<() => Promise<void>> {
  const board = await mountOn(terminal, asked, {
    fixtureNumbers: plan.fixtures.map(({ number }) => number),
    stationNowMs: () => clock.monotonicMs(),
    isReadOnly: false,
    onScan: (text) => station.scan(text),
    onCommand: boardHands(station, plan),
    onEnd,
  });
  const stop = station.subscribe((event) => {
    board.show(event);
    if (asked.bell && event.type === 'run-recorded') terminal.out(BELL);
  });
  return async () => {
    stop();
    await board.unmount();
  };
}

type BoardHands = (command: BoardCommand) => Promise<void>;

/** What a person confirms at the board, done at the station in the name of whoever is logged in there. */
function boardHands(station: Station, plan: StationPlan): BoardHands {
  let operator: Person | null = null;
  station.subscribe((event) => {
    if (event.type === 'operator-changed')
      operator = event.operator === null ? null : operatorNamed(plan.policy, event.operator);
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
        return station.startUnseen(command.fixture);
      case 'sign':
        return station.signScrap(command.runId, command.reason);
      case 'login':
        return station.login(command.name === '' ? null : operatorNamed(plan.policy, command.name));
      case 'release':
        if (!operator) throw notLoggedIn();
        return station.releaseFixture(command.fixture, command.cause, operator);
    }
  };
}

function notLoggedIn(): StationError {
  return new StationError({
    code: 'cli/nobody-logged-in',
    kind: 'input',
    message: 'Nobody is logged in',
    hint: 'log in first: press o',
  });
}
