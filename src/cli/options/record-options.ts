// Which record a verb is about, as every such verb asks for it on the command line.
import { type TypedInput, takeText } from './verb-input.ts';

export const recordOptions = {
  record: takeText('folder', 'the station’s record'),
  station: takeText('name', 'the station whose record it is'),
};

/** How every verb of the record says which one is meant. */
export type RecordOptions = TypedInput<typeof recordOptions>;
