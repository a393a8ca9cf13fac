// A file whose sections are read under the names that were meant: one misspelt name is one problem, and what it holds is still checked.
import { findNearestWord } from './nearest-word.ts';
import { isContainer } from './schema-problems.ts';
import type { YamlPath, YamlSource } from './yaml-source.ts';

/**
 * The same file, where a section with an unknown name is found under the known one that it comes nearest to, unless that
 * is there as well. The misspelt name stays in its data, so that it is told.
 */
export function correctSectionNames(source: YamlSource, known: readonly string[]): YamlSource {
  const { data } = source;
  if (!isContainer(data)) return source;
  const written = new Map<PropertyKey, string>();
  for (const name of Object.keys(data)) {
    const near = known.includes(name) ? undefined : findNearestWord(name, known);
    if (near !== undefined && !(near in data) && !written.has(near)) written.set(near, name);
  }
  if (written.size === 0) return source;
  const inFile = ([first, ...rest]: YamlPath): YamlPath =>
    first === undefined ? [] : [written.get(first) ?? first, ...rest];
  const sections = [...written].map(([near, name]) => [near, data[name]] as const);
  return {
    ...source,
    data: Object.assign(Object.create(null) as object, data, Object.fromEntries(sections)),
    createProblemAt: (path, ...words) => source.createProblemAt(inFile(path), ...words),
    readWrittenText: (path) => source.readWrittenText(inFile(path)),
    findWordPath: (path, word) => source.findWordPath(inFile(path), word),
  };
}
