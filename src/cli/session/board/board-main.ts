// The board as a program of its own: it is told what happens over its pipe, shows it, and tells what is typed and scanned.
import { systemClock } from '../../../base/clock.ts';
import type { BoardLook, MessageToBoard, MessageToStation } from '../../../screen/board-link.ts';
import { type MountedBoard, mountBoard } from '../../../screen/mount.tsx';
import type { BoardState } from '../../../screen/state/board-state.ts';

const BELL = '\u0007';
/** A station that tells nothing for so long hangs, or its machine does. */
const SILENT_AFTER_MS = 3_000;

/** Serves the board until the station ends it or is gone. Signals are the station's business: it counts interrupts. */
function serveBoard(): void {
  let board: MountedBoard | null = null;
  let nowMs = 0;
  let heardAtMs = systemClock.readMonotonicMs();
  const commands = openCommands();
  const leave = (isAbandoned: boolean): void => {
    void (isAbandoned ? board?.unmountAbandoned() : board?.unmount())?.finally(() => process.exit());
    if (!board) process.exit();
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => undefined);
  process.stdout.on('error', () => process.exit(1));
  process.on('disconnect', () => {
    tolerateLostTerminal();
    leave(true);
  });
  process.on('message', (message: MessageToBoard) => {
    heardAtMs = systemClock.readMonotonicMs();
    if ('end' in message) return leave(false);
    if ('refused' in message) return commands.refuse(message.refused, message.reason);
    nowMs = message.nowMs;
    if ('look' in message)
      board = openBoard(message.look, message.state, {
        commands,
        readNowMs: () => nowMs,
        readSilenceMs: () => systemClock.readMonotonicMs() - heardAtMs,
      });
    else if ('state' in message) board?.replaceState(message.state);
    else for (const event of message.events) board?.showEvent(event);
    tell({ took: true });
  });
}

/** The shell of a station that was killed takes its terminal back at once; then its settings are not ours to change. */
function tolerateLostTerminal(): void {
  const { stdin } = process;
  const setRawMode = stdin.setRawMode?.bind(stdin);
  if (!setRawMode) return;
  stdin.setRawMode = (isRaw) => {
    try {
      return setRawMode(isRaw);
    } catch {
      return stdin;
    }
  };
}

interface BoardGround {
  readonly commands: Commands;
  readonly readNowMs: () => number;
  readonly readSilenceMs: () => number;
}

function openBoard(look: BoardLook, state: BoardState, ground: BoardGround): MountedBoard {
  const { bell, ...options } = look;
  const board = mountBoard({
    ...options,
    fixtureNumbers: [],
    state,
    stationNowMs: ground.readNowMs,
    personClock: systemClock,
    isReadOnly: false,
    onScan: (scan) => tell({ scan }),
    onCommand: (command) => ground.commands.send(command),
    onEnd: () => tell({ interrupt: true }),
    silentForMs: () => {
      const silenceMs = ground.readSilenceMs();
      return silenceMs < SILENT_AFTER_MS ? null : silenceMs;
    },
    stdin: process.stdin,
    stdout: process.stdout,
  });
  if (!bell) return board;
  return {
    ...board,
    showEvent: (event) => {
      board.showEvent(event);
      if (event.type === 'run-recorded') process.stdout.write(BELL);
    },
  };
}

interface Commands {
  /** Rejects when the station refuses; a command that is carried out is not answered. */
  send(command: Extract<MessageToStation, { readonly id: number }>['command']): Promise<void>;
  refuse(id: number, reason: string): void;
}

/** Commands whose refusal is still remembered; a person gives one at a time. */
const MAX_OPEN_COMMANDS = 32;

function openCommands(): Commands {
  const open = new Map<number, (error: Error) => void>();
  let count = 0;
  return {
    send: (command) => {
      count += 1;
      open.delete(count - MAX_OPEN_COMMANDS);
      const { promise, reject } = Promise.withResolvers<void>();
      open.set(count, reject);
      tell({ command, id: count });
      return promise;
    },
    refuse: (id, reason) => {
      open.get(id)?.(new Error(reason));
      open.delete(id);
    },
  };
}

function tell(message: MessageToStation): void {
  // A station that is gone hears nothing; `disconnect` follows.
  if (process.connected) process.send!(message, () => undefined);
}

serveBoard();
