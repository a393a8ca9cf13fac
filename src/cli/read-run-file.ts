// A run out of the JSON file that lies beside its page.
import { readFileSync } from 'node:fs';
import { StationError } from '../base/station-error.ts';
import type { RunRecord } from '../model/run.ts';
import { UNIT_SCHEMA, type UnitDocument } from '../report/unit-json.ts';

/** Throws StationError `replay/no-run` (kind `input`) for a file that is none. */
export function readRunFile(file: string): RunRecord {
  try {
    const document = JSON.parse(readFileSync(file, 'utf8')) as Partial<UnitDocument>;
    if (document.schema === UNIT_SCHEMA && document.run) return document.run;
  } catch (cause) {
    throw noRun(file, cause);
  }
  throw noRun(file);
}

function noRun(file: string, cause?: unknown): StationError {
  return new StationError({
    code: 'replay/no-run',
    kind: 'input',
    message: `${file} is not the JSON of a run`,
    hint: 'Name the .json file beside the page of a unit.',
    cause,
  });
}
