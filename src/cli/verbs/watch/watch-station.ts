// `flashline watch`: the board of a station that runs in another terminal, to look at and no more.
import { chooseRecordFolder } from '../../input/choose-station.ts';
import { exitCodes } from '../../output/exit-codes.ts';
import { resolveEventLogFile } from '../../session/event-log.ts';
import { chooseDisplayMode } from '../../session/show-station.ts';
import type { Cli, VerbInput } from '../verb.ts';
import { watchEventLog } from './watch-event-log.ts';
import { STATION_ENDED_LINE, type watchVerb } from './watch-verb.ts';

export async function watchStation(cli: Cli, options: VerbInput<typeof watchVerb>): Promise<void> {
  const file = resolveEventLogFile(chooseRecordFolder(options));
  const hasEnded = await watchEventLog(file, cli.terminal, chooseDisplayMode(cli.terminal, options), options);
  if (hasEnded) cli.terminal.writeOut(options.json ? `${STATION_ENDED_LINE}\n` : 'the station has ended\n');
  cli.exit(hasEnded ? exitCodes.ok : exitCodes.interrupted);
}
