// One shift at a station: started, shown, ended by its target, by Ctrl-C or by a signal, and summed up.
import type { Disposition, Instruction } from '../../domain/run/verdict.ts';
import { en } from '../../screen/messages/en.ts';
import {
  formatFailingInstruction,
  formatInstruction,
  formatUnitPlace,
} from '../../screen/messages/instruction-text.ts';
import type { BoardState } from '../../screen/state/board-state.ts';
import type { BoardDisplayOptions } from '../options/board-options.ts';
import { type ExitCode, exitCodes } from '../output/exit-codes.ts';
import type { Terminal } from '../output/terminal.ts';
import type { Assembly } from './assemble-station.ts';
import { openEventLog, resolveEventLogFile } from './event-log.ts';
import { startReportWriter } from './report-writer.ts';
import type { SessionResult } from './session-result.ts';
import { type DisplayMode, showStation } from './show-station.ts';

export interface SessionOptions {
  readonly assembly: Assembly;
  readonly batch: string;
  readonly reportsFolder: string;
  readonly terminal: Terminal;
  readonly showing: DisplayMode;
  readonly board: BoardDisplayOptions;
  /** Begins to put units in, where that is not done by people; its end ends the shift. */
  readonly work?: () => Promise<void>;
}

/** Runs the shift to its end. First Ctrl-C: running units finish; second: they are aborted and power goes off. */
export async function runSession(options: SessionOptions): Promise<SessionResult> {
  const { assembly, terminal } = options;
  const { station } = assembly;
  const { reportsFolder: folder, batch } = options;
  const reports = startReportWriter(station, { record: assembly.record, folder, batch });
  const tape = openEventLog(resolveEventLogFile(assembly.recordFolder), () => assembly.clock.readMonotonicMs());
  station.subscribe(tape.append);
  const ending = createEndHandler(options);
  const hide = await showStation(options.showing, terminal, {
    assembly,
    board: options.board,
    readState: () => tape.state,
    onEnd: ending.onInterrupt,
  });
  try {
    await station.start();
    if (options.work) void options.work().then(() => station.finish(), ending.fail);
    const summary = await Promise.race([station.ended, ending.failed]);
    const result = { summary, batchPage: await reports.finish(), endedBy: ending.endedBy() };
    await hide();
    if (result.endedBy !== null && options.showing === 'board')
      for (const line of listUnitsLeft(tape.state)) terminal.writeOut(`${line}\n`);
    return result;
  } finally {
    await hide();
    await tape.finish();
    ending.stop();
  }
}

/** Where each unit lies that somebody has to do something with, and what. */
function listUnitsLeft({ tiles, failing }: BoardState): readonly string[] {
  const here = tiles.flatMap((tile) =>
    tile.result === null ? [] : [formatUnitLeft(`in fixture ${tile.number}`, tile.unit, tile.number, tile.result)],
  );
  const lifted = failing
    .filter((unit) => unit.lifted)
    .map((unit) => {
      const place = `${formatUnitPlace(unit, en)}: ${en.dispositions[unit.disposition]}`;
      return `  ${unit.unit} ${place}. ${formatFailingInstruction(unit, en)}`;
    });
  return here.length + lifted.length === 0 ? [] : ['Units left:', ...here, ...lifted];
}

function formatUnitLeft(
  where: string,
  unit: string | null,
  fixture: number,
  { disposition, instruction }: { readonly disposition: Disposition; readonly instruction: Instruction },
): string {
  return `  ${unit ?? '–'} ${where}: ${en.dispositions[disposition]}. ${formatInstruction(instruction, fixture, en)}`;
}

interface SessionEndHandler {
  readonly onInterrupt: () => void;
  readonly endedBy: () => ExitCode | null;
  readonly fail: (error: unknown) => void;
  readonly failed: Promise<never>;
  stop(): void;
}

function createEndHandler({ assembly: { station }, terminal, showing }: SessionOptions): SessionEndHandler {
  let endedBy: ExitCode | null = null;
  let fail: (error: unknown) => void = () => undefined;
  const failed = new Promise<never>((_, reject) => {
    fail = reject;
  });
  const end = (code: ExitCode): void => {
    const isSecond = endedBy !== null;
    endedBy = code;
    if (showing !== 'board')
      terminal.writeErr(isSecond ? 'stopping now\n' : 'ending: running units finish first (Ctrl-C again stops now)\n');
    if (isSecond) void station.abort();
    else void station.finish();
  };
  const onInterrupt = (): void => end(exitCodes.interrupted);
  const onTerminate = (): void => end(exitCodes.terminated);
  process.on('SIGINT', onInterrupt);
  process.on('SIGTERM', onTerminate);
  process.on('SIGHUP', onTerminate);
  return {
    onInterrupt,
    endedBy: () => endedBy,
    fail,
    failed,
    stop: () => {
      process.off('SIGINT', onInterrupt);
      process.off('SIGTERM', onTerminate);
      process.off('SIGHUP', onTerminate);
    },
  };
}
