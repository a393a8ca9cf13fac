// Which record a verb is about, as every such verb asks for it on the command line.
import { type TypedInput, takeTextOrVariable } from './verb-input.ts';

export const recordOptions = {
  record: takeTextOrVariable('FLASHLINE_RECORD', ['station'], 'folder', 'the station’s record'),
  station: takeTextOrVariable('FLASHLINE_STATION', ['record'], 'name', 'the station whose record it is'),
};

/** The station that a verb works at: a file, or a name in stations/. */
export const stationOption = takeTextOrVariable(
  'FLASHLINE_STATION',
  [],
  'name',
  'a station file, or a name in stations/; station.yaml when left out',
);

/** How every verb of the record says which one is meant. */
export type RecordOptions = TypedInput<typeof recordOptions>;
