// Names of the virtual bench's devices as they are typed: checked, with the nearest one where one is misspelt.
import { type DfuPersonalityName, dfuPersonalities } from '../../bench/dfu-device/dfu-personality.ts';
import { isDfuPersonalityName } from '../../bench/dfu-device/find-personality.ts';
import { findNearestWord } from '../../recipe/yaml/nearest-word.ts';
import { createArgumentError } from '../options/arguments.ts';

/** Throws StationError `cli/argument`. */
export function readDeviceName(name: string): DfuPersonalityName {
  if (isDfuPersonalityName(name)) return name;
  const near = findNearestWord(name, Object.keys(dfuPersonalities));
  throw createArgumentError(
    `there is no device ${name}`,
    near ? `did you mean ${near}?` : 'list them: flashline bench devices',
  );
}
