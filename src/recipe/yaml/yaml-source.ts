// A YAML file that was read: its data, and for every value the line and column where it stands.
import { isMap, isScalar, isSeq, type Node } from 'yaml';
import { type ParsedYaml, parseYaml, type YamlFault } from './parse-yaml.ts';
import { type Anchors, collectAnchors, findNodeSpan, followAliases, readKeyText, toPlainData } from './plain-data.ts';
import { type Problem, sortProblems } from './problems.ts';

/** Keys and list indexes from the top of the file to a value. */
export type YamlPath = readonly PropertyKey[];

/** A value's own text, the key in front of it, or a word inside the value. */
type YamlPart = 'key' | 'value' | { readonly word: string };

/** When `problems` is not empty the file is no sound YAML, and `data` is not worth judging. */
export interface YamlSource {
  readonly file: string;
  /** Maps as objects without prototype, lists, strings, numbers, booleans, null. */
  readonly data: unknown;
  readonly problems: readonly Problem[];
  /** The problem at that path; where nothing stands there, at its nearest parent. */
  createProblemAt(path: YamlPath, message: string, hint?: string | null, part?: YamlPart): Problem;
  /** The scalar as it is written, without quotes; undefined for lists, maps and what is not there. */
  readWrittenText(path: YamlPath): string | undefined;
  /** The path, at or below the given one, of the first text that holds the word; the given one when none does. */
  findWordPath(path: YamlPath, word: string): YamlPath;
}

/** Reads bytes as one YAML document; `file` is how problems call it. Never throws. */
export function readYaml(file: string, bytes: Uint8Array): YamlSource {
  const parsed = parseYaml(bytes);
  const faults: YamlFault[] = [];
  const anchors = parsed.document ? collectAnchors(parsed.document, faults) : new Map<string, Node>();
  const data = parsed.document ? toPlainData(parsed.document, anchors, faults) : null;
  const tree: Tree = { contents: parsed.document?.contents ?? null, anchors };
  return {
    file,
    data,
    problems: sortProblems(
      [...parsed.faults, ...faults.filter(parsed.isReliable)].map((fault) => buildProblem(file, parsed, fault)),
    ),
    createProblemAt: (path, message, hint = null, part = 'value') =>
      buildProblem(file, parsed, { ...findPartAt(tree, parsed.text, { path, part }), message, hint }),
    readWrittenText: (path) => readTextAt(tree, path),
    findWordPath: (path, word) => findPathOfWord(tree, path, word) ?? path,
  };
}

interface Tree {
  readonly contents: unknown;
  readonly anchors: Anchors;
}

interface PathStep {
  readonly key: Node | null;
  readonly value: unknown;
}

/** The key and value one step below a node. */
function findChild(node: unknown, name: PropertyKey): PathStep | undefined {
  if (isSeq(node)) {
    const item = node.items[Number(name)];
    return item === undefined ? undefined : { key: null, value: item };
  }
  const pair = isMap(node) ? node.items.find(({ key }) => readKeyText(key) === String(name)) : undefined;
  return pair && { key: pair.key as Node, value: pair.value };
}

/** Steps along the path, as far as it goes. */
function walkPath(tree: Tree, path: YamlPath): readonly PathStep[] {
  const steps: PathStep[] = [{ key: null, value: tree.contents }];
  for (const name of path) {
    const next = findChild(followAliases(steps.at(-1)!.value, tree.anchors), name);
    if (!next) break;
    steps.push(next);
  }
  return steps;
}

interface Span {
  readonly at: number;
  readonly end: number;
}

/** A word that is not written in the value as it is, because of an escape, is shown by the whole value. */
function findPartAt(
  tree: Tree,
  text: string,
  { path, part }: { readonly path: YamlPath; readonly part: YamlPart },
): Span {
  if (typeof part === 'string') return findSpanAt(tree, path, part);
  const value = findSpanAt(tree, path, 'value');
  const inside = text.slice(value.at, value.end).indexOf(part.word);
  return inside < 0 ? value : { at: value.at + inside, end: value.at + inside + part.word.length };
}

function findSpanAt(tree: Tree, path: YamlPath, part: 'key' | 'value'): Span {
  const steps = walkPath(tree, path);
  const last = steps.at(-1)!;
  const isWhole = steps.length === path.length + 1;
  const value = last.value as Node | null;
  const isEmpty = !value || (isScalar(value) && value.range?.[0] === value.range?.[1]);
  // A parent is shown by its key: underlining all that it holds would hide what is missing in it.
  return findNodeSpan((part === 'key' || !isWhole || isEmpty) && last.key ? last.key : value);
}

function readTextAt(tree: Tree, path: YamlPath): string | undefined {
  const steps = walkPath(tree, path);
  const node = steps.length === path.length + 1 ? followAliases(steps.at(-1)!.value, tree.anchors) : undefined;
  return isScalar(node) ? node.source : undefined;
}

function findPathOfWord(tree: Tree, path: YamlPath, word: string): YamlPath | undefined {
  const steps = walkPath(tree, path);
  if (steps.length !== path.length + 1) return undefined;
  const node = steps.at(-1)!.value;
  if (isScalar(node)) return String(node.value).split(/\s+/).includes(word) ? path : undefined;
  const names: readonly PropertyKey[] = isSeq(node)
    ? node.items.map((_, index) => index)
    : isMap(node)
      ? node.items.flatMap(({ key }) => readKeyText(key) ?? [])
      : [];
  for (const name of names) {
    const found = findPathOfWord(tree, [...path, name], word);
    if (found) return found;
  }
  return undefined;
}

/** Lines longer than this are shown in part. */
const MAX_SHOWN = 160;

function buildProblem(file: string, { text }: ParsedYaml, { at, end, message, hint }: YamlFault): Problem {
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
    sourceLine: sanitizeSourceLine(shownLine),
    caret: text === '' ? '' : ' '.repeat(column - from) + '^'.repeat(width),
  };
}

/** One cell for every character, so that the caret stands where it should; nothing that a terminal would obey. */
function sanitizeSourceLine(line: string): string {
  return line
    .replace(/\t/g, ' ')
    .replace(/[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g, '·');
}
