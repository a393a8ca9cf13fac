// Names of the virtual bench's faults as they are typed: checked, with the nearest one where one is misspelt.
import { type FaultName, faultNames } from '../../bench/faults/fault-library.ts';
import { findNearestWord } from '../../recipe/yaml/nearest-word.ts';
import { createArgumentError } from '../options/arguments.ts';

/** The faults of a list by comma. Throws StationError `cli/argument`. */
export function readFaultNames(list: string): readonly FaultName[] {
  return list
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '')
    .map(readFaultName);
}

function readFaultName(name: string): FaultName {
  const known = faultNames.find((fault) => fault === name);
  if (known) return known;
  const near = findNearestWord(name, faultNames);
  throw createArgumentError(
    `there is no fault ${name}`,
    near ? `did you mean ${near}?` : 'list them: flashline bench faults',
  );
}
