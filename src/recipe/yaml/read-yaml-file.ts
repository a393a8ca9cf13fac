// A recipe or station file from the disk: its map of keys, or the problems that keep it from being one.
import { computeSha256Hex } from '../../base/digest.ts';
import { readInputFile } from './input-file.ts';
import { MAX_YAML_FILE_BYTES } from './parse-yaml.ts';
import type { Problem } from './problems.ts';
import { isContainer } from './schema-problems.ts';
import { readYaml, type YamlSource } from './yaml-source.ts';

/** A file whose data is a map of keys, with the SHA-256 of its bytes. */
export type YamlFile =
  | { readonly source: YamlSource; readonly sha256: string }
  | { readonly problems: readonly [Problem, ...Problem[]] };

/** What a file should be. */
export type YamlFileKind = 'recipe' | 'station' | 'population';

/** Reads the file. `kind` is what it should be, `beginning` how one begins. Never throws: what is wrong is a problem. */
export function readYamlFile(file: string, kind: YamlFileKind, beginning: string): YamlFile {
  const found = readInputFile(file, MAX_YAML_FILE_BYTES);
  if (!('bytes' in found)) {
    const place = { file, line: 1, column: 1, sourceLine: '', caret: '' };
    return { problems: [{ ...place, message: found.trouble, hint: found.hint }] };
  }
  return readYamlBytes(file, found.bytes, { kind, beginning });
}

/** The same for bytes that are at hand; `file` is what problems call them. Never throws. */
export function readYamlBytes(
  file: string,
  bytes: Uint8Array,
  { kind, beginning }: { readonly kind: YamlFileKind; readonly beginning: string },
): YamlFile {
  const source = readYaml(file, bytes);
  const [first, ...others] = source.problems;
  if (first) return { problems: [first, ...others] };
  if (!isContainer(source.data) || Array.isArray(source.data)) {
    return { problems: [source.createProblemAt([], `this is no ${kind}`, `a ${kind} begins with ${beginning}`)] };
  }
  return { source, sha256: computeSha256Hex(bytes) };
}
