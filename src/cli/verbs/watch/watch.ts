// `flashline watch`: the board of a station that runs in another terminal, to look at and no more.
import { addBoardOptions, type BoardDisplayOptions } from '../../options/board-options.ts';
import { addRecordOption, type RecordOptions } from '../../options/record-options.ts';
import { exitCodes } from '../../output/exit-codes.ts';
import type { AddVerb, Cli } from '../program.ts';

type WatchOptions = BoardDisplayOptions & RecordOptions;

export const addWatch: AddVerb = (program, cli) => {
  addRecordOption(addBoardOptions(program.command('watch')))
    .description('show the board of a running station in a second terminal, read-only')
    .addHelpText('after', HELP)
    .action(async (options: WatchOptions) => watchStation(cli, options));
};

/** The last line for machines: the station itself has no event for it, since nobody hears it any more. */
const ENDED = JSON.stringify({ type: 'station-ended' });

const HELP = `
It ends with the station, or with Ctrl-C. When the station has ended, also before it was watched, the last line says so:
"the station has ended", or with --json ${ENDED}; the exit code is ${exitCodes.ok} then, and ${exitCodes.interrupted} after Ctrl-C.
`;

async function watchStation(cli: Cli, options: WatchOptions): Promise<void> {
  const { chooseRecordFolder } = await import('../../input/choose-station.ts');
  const { resolveEventLogFile } = await import('../../session/event-log.ts');
  const { chooseDisplayMode } = await import('../../session/show-station.ts');
  const { watchEventLog } = await import('./watch-event-log.ts');
  const file = resolveEventLogFile(chooseRecordFolder(options));
  const hasEnded = await watchEventLog(file, cli.terminal, chooseDisplayMode(cli.terminal, options), options);
  if (hasEnded) cli.terminal.writeOut(options.json ? `${ENDED}\n` : 'the station has ended\n');
  cli.exit(hasEnded ? exitCodes.ok : exitCodes.interrupted);
}
