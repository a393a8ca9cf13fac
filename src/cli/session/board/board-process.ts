// The board's process and the terminal's settings; nothing here ever waits for the terminal, which may hang.
import { execFileSync, fork, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { systemClock } from '../../../base/clock.ts';
import type { MessageToBoard, MessageToStation } from '../../../screen/board-link.ts';
import type { ColourDepth } from '../../../screen/frame/palette.ts';

export interface BoardProcess {
  send(message: MessageToBoard): void;
  kill(): void;
}

export interface BoardProcessEvents {
  readonly onMessage: (message: MessageToStation) => void;
  /** Once, when the process is gone; with the end of what it wrote to standard error. */
  readonly onExit: (lastWords: string) => void;
}

/** The terminal that boards are shown on, one after another. */
export interface BoardTerminal {
  startBoard(on: BoardProcessEvents): BoardProcess;
  /** Puts the terminal back as it was before the first board; resolves when that is done, or hopeless. */
  restore(): Promise<void>;
}

/** What leaves every mode that a board sets: synchronised output, bracketed paste, wrapping, colours, screen, cursor. */
const LEAVING_SEQUENCES = '\\033[?2026l\\033[?2004l\\033[?7h\\033[0m\\033[?1049l\\033[?25h';
const RESTORING_MS = 500;
const MAX_LAST_WORDS = 2_000;
/** What Ink's colours go by; it is read once, when the board starts. */
const forcedColours: Readonly<Record<ColourDepth, string>> = { 1: '0', 4: '1', 8: '2', 24: '3' };

/** This process's terminal, its settings remembered. */
export function openBoardTerminal(colourDepth: ColourDepth): BoardTerminal {
  const settings = readTerminalSettings();
  const program = fileURLToPath(new URL('./board-main.js', import.meta.url));
  const { NO_COLOR: _, ...environment } = process.env;
  const env = { ...environment, NODE_ENV: 'production', FORCE_COLOR: forcedColours[colourDepth] };
  return {
    startBoard: (on) => startBoard(program, env, on),
    restore: () => restoreTerminal(settings),
  };
}

function startBoard(program: string, env: NodeJS.ProcessEnv, on: BoardProcessEvents): BoardProcess {
  const child = fork(program, { stdio: ['inherit', 'inherit', 'pipe', 'ipc'], env, execArgv: [] });
  let lastWords = '';
  let isGone = false;
  const leave = (): void => {
    if (isGone) return;
    isGone = true;
    on.onExit(lastWords);
  };
  child.stderr!.setEncoding('utf8').on('data', (text: string) => {
    lastWords = (lastWords + text).slice(-MAX_LAST_WORDS);
  });
  child.on('message', (message) => on.onMessage(message as MessageToStation));
  child.on('exit', leave);
  child.on('error', leave);
  return {
    send: (message) => {
      if (child.connected) child.send(message, () => undefined);
    },
    kill: () => void child.kill('SIGKILL'),
  };
}

/** Undefined where there is no `stty`. */
function readTerminalSettings(): string | undefined {
  try {
    const options = { encoding: 'utf8', timeout: RESTORING_MS } as const;
    return execFileSync('stty', ['-g'], { ...options, stdio: ['inherit', 'pipe', 'ignore'] }).trim();
  } catch {
    return undefined;
  }
}

/** By a process of its own: a terminal that hangs would hold up whoever writes to it. */
function restoreTerminal(settings: string | undefined): Promise<void> {
  const restore = settings === undefined ? '' : `stty ${settings}; `;
  return new Promise((resolve) => {
    const child = spawn('sh', ['-c', `${restore}printf '${LEAVING_SEQUENCES}'`], {
      stdio: ['inherit', 'inherit', 'ignore'],
    });
    const timer = systemClock.setTimeout(leave, RESTORING_MS);
    function leave(): void {
      systemClock.clearTimeout(timer);
      child.unref();
      resolve();
    }
    child.on('exit', leave);
    child.on('error', leave);
  });
}
