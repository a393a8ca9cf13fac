// A run out of the JSON file that lies beside its page.
import { StationError } from '../../../base/station-error.ts';
import type { RunRecord } from '../../../domain/run/run.ts';
import { readInputFile } from '../../../recipe/yaml/input-file.ts';
import { UNIT_SCHEMA, type UnitDocument } from '../../../report/unit/unit-json.ts';

/** Many times what a run with all its evidence takes. */
const MAX_RUN_BYTES = 64 * 1024 * 1024;

/** Throws StationError `replay/no-run` (kind `input`) for a file that is none, or that is not there. */
export function readRunFile(file: string): RunRecord {
  const found = readInputFile(file, MAX_RUN_BYTES);
  if (!('bytes' in found)) throw createRunFileError(found.trouble, found.hint ?? NAME_ONE);
  try {
    const document = JSON.parse(Buffer.from(found.bytes).toString('utf8')) as Partial<UnitDocument>;
    if (document.schema === UNIT_SCHEMA && document.run) return document.run;
  } catch (cause) {
    throw createRunFileError(`${file} is not the JSON of a run`, NAME_ONE, cause);
  }
  throw createRunFileError(`${file} is not the JSON of a run`, NAME_ONE);
}

const NAME_ONE = 'Name the .json file beside the page of a unit.';

function createRunFileError(message: string, hint: string, cause?: unknown): StationError {
  return new StationError({ code: 'replay/no-run', message, hint, cause });
}
