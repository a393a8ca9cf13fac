// From a YAML tree to plain data: aliases followed within a budget, and no key that means something to JavaScript.
import { type Document, isAlias, isMap, isScalar, isSeq, type Node, visit } from 'yaml';
import { suggestKnownWord } from './nearest-word.ts';
import { MAX_YAML_DEPTH, TOO_DEEP_MESSAGE, type YamlFault } from './parse-yaml.ts';

/** Repetitions by alias that are followed in one file. */
const MAX_ALIASES = 50;
/** Values of one file, counted after aliases are followed. */
const MAX_VALUES = 20_000;

/** Anchored nodes by the name of their anchor. */
export type Anchors = ReadonlyMap<string, Node>;

/** Anchors of the document; a name given twice is a fault, because then a reader must count lines to know which is meant. */
export function collectAnchors(document: Document, faults: YamlFault[]): Anchors {
  const anchors = new Map<string, Node>();
  visit(document, (_, node) => {
    const anchor = (node as { readonly anchor?: string } | null)?.anchor;
    if (anchor === undefined || isAlias(node)) return;
    if (anchors.has(anchor))
      faults.push({ ...findNodeSpan(node as Node), message: `the anchor &${anchor} is given twice`, hint: null });
    else anchors.set(anchor, node as Node);
  });
  return anchors;
}

/** Maps as objects without prototype, lists as arrays, scalars as YAML 1.2 reads them. Faults are added to `faults`. */
export function toPlainData(document: Document, anchors: Anchors, faults: YamlFault[]): unknown {
  const budget = { values: 0, aliases: 0 };
  const walk = (node: unknown, depth: number): unknown => {
    budget.values += 1;
    const reason = checkBudget(budget, depth);
    if (reason !== undefined) return void addFaultOnce(faults, node as Node, reason);
    if (isAlias(node)) {
      budget.aliases += 1;
      return walk(resolveAlias(node, anchors, faults), depth + 1);
    }
    if (isScalar(node)) return node.value;
    if (isSeq(node)) return node.items.map((item) => walk(item, depth + 1));
    return isMap(node) ? convertMap(node.items, faults, (value) => walk(value, depth + 1)) : null;
  };
  return walk(document.contents, 0);
}

/** The text of a key as it is written; undefined for a key that is a list, a map, or nothing. */
export function readKeyText(key: unknown): string | undefined {
  return isScalar(key) && key.value !== null ? (key.source ?? String(key.value)) : undefined;
}

/** The node that an alias stands for; any other node itself. */
export function followAliases(node: unknown, anchors: Anchors): unknown {
  for (let hops = 0; isAlias(node) && hops <= MAX_YAML_DEPTH; hops += 1) node = anchors.get(node.source);
  return node;
}

/** Where a node begins and ends in the text. */
export function findNodeSpan(node: Node | null | undefined): { readonly at: number; readonly end: number } {
  const [at, end] = node?.range ?? [0, 0];
  return { at, end };
}

const FORBIDDEN_KEYS: ReadonlySet<string> = new Set(['__proto__', 'constructor', 'prototype']);

function convertMap(
  pairs: readonly { readonly key: unknown; readonly value: unknown }[],
  faults: YamlFault[],
  dataOfValue: (node: unknown) => unknown,
): object {
  const data: Record<string, unknown> = Object.create(null);
  for (const { key, value } of pairs) {
    const name = readKeyText(key);
    const refused = checkKey(name, data);
    if (refused === undefined) data[name!] = dataOfValue(value);
    else faults.push({ ...findNodeSpan(key as Node), ...refused });
  }
  return data;
}

function checkKey(name: string | undefined, data: object): Pick<YamlFault, 'message' | 'hint'> | undefined {
  if (name === undefined) return { message: 'a key is missing, or is not a word', hint: 'write "key: value"' };
  if (FORBIDDEN_KEYS.has(name)) return { message: `the key "${name}" is not allowed`, hint: null };
  if (name === '<<') return { message: 'merging (<<) is not used here', hint: 'write the keys out' };
  if (name in data) return { message: `the key "${name}" stands here twice`, hint: 'keep one of the two' };
  return undefined;
}

function checkBudget(
  { values, aliases }: { readonly values: number; readonly aliases: number },
  depth: number,
): string | undefined {
  if (depth > MAX_YAML_DEPTH) return TOO_DEEP_MESSAGE;
  if (aliases > MAX_ALIASES) return `the file repeats itself by more than ${MAX_ALIASES} aliases`;
  return values > MAX_VALUES ? `the file holds more than ${MAX_VALUES} values` : undefined;
}

function addFaultOnce(faults: YamlFault[], node: Node, message: string): void {
  if (faults.some((fault) => fault.message === message)) return;
  faults.push({ ...findNodeSpan(node), message, hint: 'make the file shorter and flatter' });
}

function resolveAlias(
  alias: { readonly source: string } & Node,
  anchors: Anchors,
  faults: YamlFault[],
): Node | undefined {
  const node = anchors.get(alias.source);
  const { at, end } = findNodeSpan(alias);
  if (node && findNodeSpan(node).at < at) return node;
  faults.push({
    at,
    end,
    message: `no &${alias.source} stands before this *${alias.source}`,
    hint: suggestKnownWord(alias.source, [...anchors.keys()]),
  });
  return undefined;
}
