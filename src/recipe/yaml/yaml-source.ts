// A YAML file that was read: its data, and for every value the line and column where it stands.
import { isMap, isScalar, isSeq, type Node } from 'yaml';
import { type ParsedYaml, parseYaml, type YamlFault } from './parse-yaml.ts';
import { type Anchors, anchorsOf, dataOf, followed, keyText, spanOf } from './plain-data.ts';
import { type Problem, sortedProblems } from './problems.ts';

/** Keys and list indexes from the top of the file to a value. */
export type YamlPath = readonly PropertyKey[];

/** A value's own text or the key in front of it. */
type YamlPart = 'key' | 'value';

/** When `problems` is not empty the file is no sound YAML, and `data` is not worth judging. */
export interface YamlSource {
  readonly file: string;
  /** Maps as objects without prototype, lists, strings, numbers, booleans, null. */
  readonly data: unknown;
  readonly problems: readonly Problem[];
  /** The problem at that path; where nothing stands there, at its nearest parent. */
  problemAt(path: YamlPath, message: string, hint?: string | null, part?: YamlPart): Problem;
  /** The scalar as it is written, without quotes; undefined for lists, maps and what is not there. */
  writtenAt(path: YamlPath): string | undefined;
  /** The path, at or below the given one, of the first text that holds the word; the given one when none does. */
  pathOfWord(path: YamlPath, word: string): YamlPath;
}

/** Reads bytes as one YAML document; `file` is how problems call it. Never throws. */
export function readYaml(file: string, bytes: Uint8Array): YamlSource {
  const parsed = parseYaml(bytes);
  const faults: YamlFault[] = [];
  const anchors = parsed.document ? anchorsOf(parsed.document, faults) : new Map<string, Node>();
  const data = parsed.document ? dataOf(parsed.document, anchors, faults) : null;
  const tree: Tree = { contents: parsed.document?.contents ?? null, anchors };
  return {
    file,
    data,
    problems: sortedProblems(
      [...parsed.faults, ...faults.filter(parsed.isKnown)].map((fault) => problemOf(file, parsed, fault)),
    ),
    problemAt: (path, message, hint = null, part = 'value') =>
      problemOf(file, parsed, { ...spanAt(tree, path, part), message, hint }),
    writtenAt: (path) => writtenAt(tree, path),
    pathOfWord: (path, word) => pathOfWord(tree, path, word) ?? path,
  };
}

interface Tree {
  readonly contents: unknown;
  readonly anchors: Anchors;
}

interface Step {
  readonly key: Node | null;
  readonly value: unknown;
}

/** The key and value one step below a node. */
function stepInto(node: unknown, name: PropertyKey): Step | undefined {
  if (isSeq(node)) {
    const item = node.items[Number(name)];
    return item === undefined ? undefined : { key: null, value: item };
  }
  const pair = isMap(node) ? node.items.find(({ key }) => keyText(key) === String(name)) : undefined;
  return pair && { key: pair.key as Node, value: pair.value };
}

/** Steps along the path, as far as it goes. */
function stepsAlong(tree: Tree, path: YamlPath): readonly Step[] {
  const steps: Step[] = [{ key: null, value: tree.contents }];
  for (const name of path) {
    const next = stepInto(followed(steps.at(-1)!.value, tree.anchors), name);
    if (!next) break;
    steps.push(next);
  }
  return steps;
}

function spanAt(tree: Tree, path: YamlPath, part: YamlPart): { readonly at: number; readonly end: number } {
  const steps = stepsAlong(tree, path);
  const last = steps.at(-1)!;
  const isWhole = steps.length === path.length + 1;
  const value = last.value as Node | null;
  const isEmpty = !value || (isScalar(value) && value.range?.[0] === value.range?.[1]);
  // A parent is shown by its key: underlining all that it holds would hide what is missing in it.
  return spanOf((part === 'key' || !isWhole || isEmpty) && last.key ? last.key : value);
}

function writtenAt(tree: Tree, path: YamlPath): string | undefined {
  const steps = stepsAlong(tree, path);
  const node = steps.length === path.length + 1 ? followed(steps.at(-1)!.value, tree.anchors) : undefined;
  return isScalar(node) ? node.source : undefined;
}

function pathOfWord(tree: Tree, path: YamlPath, word: string): YamlPath | undefined {
  const steps = stepsAlong(tree, path);
  if (steps.length !== path.length + 1) return undefined;
  const node = steps.at(-1)!.value;
  if (isScalar(node)) return String(node.value).split(/\s+/).includes(word) ? path : undefined;
  const names: readonly PropertyKey[] = isSeq(node)
    ? node.items.map((_, index) => index)
    : isMap(node)
      ? node.items.flatMap(({ key }) => keyText(key) ?? [])
      : [];
  for (const name of names) {
    const found = pathOfWord(tree, [...path, name], word);
    if (found) return found;
  }
  return undefined;
}

/** Lines longer than this are shown in part. */
const MAX_SHOWN = 160;

function problemOf(file: string, { text }: ParsedYaml, { at, end, message, hint }: YamlFault): Problem {
  const lineStart = text.lastIndexOf('\n', at - 1) + 1;
  const line = text.slice(lineStart).split('\n', 1)[0]!.replace(/\r$/, '');
  const column = Math.min(at - lineStart, line.length);
  const from = Math.max(0, column - MAX_SHOWN / 2);
  const shownLine = line.slice(from, from + MAX_SHOWN);
  const width = Math.max(1, Math.min(end - at, from + shownLine.length - column));
  return {
    file,
    line: text.slice(0, lineStart).split('\n').length,
    column: column + 1,
    message,
    hint,
    sourceLine: shown(shownLine),
    caret: text === '' ? '' : ' '.repeat(column - from) + '^'.repeat(width),
  };
}

/** One cell for every character, so that the caret stands where it should; nothing that a terminal would obey. */
function shown(line: string): string {
  return line
    .replace(/\t/g, ' ')
    .replace(/[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g, '·');
}
