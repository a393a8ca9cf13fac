// What an export wrote, as whole files in memory.

import type { DecidedRun } from '../../src/domain/decisions/decided-run.ts';
import { defaultExportOptions, type ExportFormat, type RunSource } from '../../src/exchange/export-format.ts';

/** A source that gives the runs from memory. */
export function sourceOf(runs: readonly DecidedRun[]): RunSource {
  return async function* () {
    yield* runs;
  };
}

/** Every file by its name. */
export async function exportedFiles(
  format: ExportFormat,
  runs: readonly DecidedRun[],
): Promise<ReadonlyMap<string, string>> {
  const files = new Map<string, string>();
  for await (const { file, text } of format.write(sourceOf(runs), defaultExportOptions)) {
    files.set(file, (files.get(file) ?? '') + text);
  }
  return files;
}

/** Every JSON document of every file, line by line. */
export async function exportedDocuments<Document>(
  format: ExportFormat,
  runs: readonly DecidedRun[],
): Promise<readonly Document[]> {
  const files = await exportedFiles(format, runs);
  return [...files.values()].flatMap((text) =>
    text
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as Document),
  );
}
