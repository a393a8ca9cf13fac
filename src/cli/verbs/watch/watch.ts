// `flashline watch`: the board of a station that runs in another terminal, to look at and no more.
import { type BoardOptions, takesBoard } from '../../input/board-options.ts';
import { type RecordChoice, takesRecord } from '../../input/record-option.ts';
import { exitCodes } from '../../output/exit-codes.ts';
import type { AddVerb, Cli } from '../program.ts';

type WatchOptions = BoardOptions & RecordChoice;

export const addWatch: AddVerb = (program, cli) => {
  takesRecord(takesBoard(program.command('watch')))
    .description('show the board of a running station in a second terminal, read-only')
    .addHelpText('after', HELP)
    .action(async (options: WatchOptions) => watch(cli, options));
};

/** The last line for machines: the station itself has no event for it, since nobody hears it any more. */
const ENDED = JSON.stringify({ type: 'station-ended' });

const HELP = `
It ends with the station, or with Ctrl-C. When the station has ended, also before it was watched, the last line says so:
"the station has ended", or with --json ${ENDED}; the exit code is ${exitCodes.ok} then, and ${exitCodes.interrupted} after Ctrl-C.
`;

async function watch(cli: Cli, options: WatchOptions): Promise<void> {
  const { chooseRecord } = await import('../../input/choose-station.ts');
  const { tapeFile } = await import('../../session/event-log.ts');
  const { chooseShowing } = await import('../../session/show-station.ts');
  const { watchTape } = await import('./watch-event-log.ts');
  const file = tapeFile(chooseRecord(options));
  const hasEnded = await watchTape(file, cli.terminal, chooseShowing(cli.terminal, options), options);
  if (hasEnded) cli.terminal.out(options.json ? `${ENDED}\n` : 'the station has ended\n');
  cli.exit(hasEnded ? exitCodes.ok : exitCodes.interrupted);
}
