// `flashline watch`: the board of a station that runs in another terminal, to look at and no more.
import { type BoardOptions, takesBoard } from '../board-options.ts';
import { exitCodes } from '../exit-codes.ts';
import type { AddVerb, Cli } from '../program.ts';
import { type RecordChoice, takesRecord } from '../record-choice.ts';

type WatchOptions = BoardOptions & RecordChoice;

export const addWatch: AddVerb = (program, cli) => {
  takesRecord(takesBoard(program.command('watch')))
    .description('show the board of a running station in a second terminal, read-only')
    .action(async (options: WatchOptions) => watch(cli, options));
};

async function watch(cli: Cli, options: WatchOptions): Promise<void> {
  const { chooseRecord } = await import('../station-choice.ts');
  const { tapeFile } = await import('../event-tape.ts');
  const { chooseShowing } = await import('../show-station.ts');
  const { watchTape } = await import('../watch-tape.ts');
  const file = tapeFile(chooseRecord(options));
  const hasEnded = await watchTape(file, cli.terminal, chooseShowing(cli.terminal, options), options);
  if (hasEnded && !options.json) cli.terminal.out('the station has ended\n');
  cli.exit(hasEnded ? exitCodes.ok : exitCodes.interrupted);
}
