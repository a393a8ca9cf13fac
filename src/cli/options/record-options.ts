// Which record a verb is about, as every such verb asks for it on the command line.
import type { Command } from 'commander';

/** How every verb of the record says which one is meant. */
export interface RecordOptions {
  readonly record?: string;
  readonly station?: string;
}

/** The options of a RecordOptions. */
export function addRecordOption(command: Command): Command {
  return command
    .option('--record <folder>', 'the station’s record')
    .option('--station <name>', 'the station whose record it is');
}
