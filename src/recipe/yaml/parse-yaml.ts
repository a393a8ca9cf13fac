// From the bytes of a YAML file to its tree: bounded before anything is built, and every fault with its place.
import { Composer, type CST, type Document, isMap, isNode, Lexer, Parser, visit, type YAMLError } from 'yaml';
import { findRootSyntaxErrors, type ParseError } from './root-syntax-errors.ts';

/** Largest file that is read. */
export const MAX_YAML_FILE_BYTES = 1024 * 1024;
/** Deepest nesting of lists and maps. */
export const MAX_YAML_DEPTH = 32;
/** Lexical tokens of one file; a long recipe has two thousand. */
const MAX_TOKENS = 15_000;
/** What the parser keeps on its stack besides the collections that are open: the document and a scalar. */
const STACK_MARGIN = 3;

/** Something wrong between two offsets of the text. */
export interface YamlFault {
  readonly at: number;
  readonly end: number;
  readonly message: string;
  readonly hint: string | null;
}

/** A file as a tree; with faults, the tree may be missing or wrong. */
export interface ParsedYaml {
  readonly text: string;
  readonly document: Document | null;
  readonly faults: readonly YamlFault[];
  /** False for what the tree says of a place where the parser had lost its way. */
  isReliable(fault: YamlFault): boolean;
}

/** Parses one YAML 1.2 document of the core schema: no merging, no tags, no directives. Never throws. */
export function parseYaml(bytes: Uint8Array): ParsedYaml {
  if (bytes.length > MAX_YAML_FILE_BYTES) {
    const message = `the file has ${bytes.length} bytes; at most ${MAX_YAML_FILE_BYTES} are read`;
    return createUnparsedYaml('', { at: 0, end: 0, message, hint: 'is this the right file?' });
  }
  const text = decodeText(bytes);
  if (text === undefined) {
    return createUnparsedYaml('', {
      at: 0,
      end: 0,
      message: 'the file is not UTF-8 text',
      hint: 'is this the right file?',
    });
  }
  const hidden = HIDDEN_CHARACTERS.exec(text);
  if (hidden) return createUnparsedYaml(text, describeHiddenCharacter(hidden));
  const tokens = readTokens(text);
  return Array.isArray(tokens) ? buildParsedYaml(text, tokens) : createUnparsedYaml(text, tokens as YamlFault);
}

function createUnparsedYaml(text: string, fault: YamlFault): ParsedYaml {
  return { text, document: null, faults: [fault], isReliable: () => true };
}

function decodeText(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

/** Control characters, and characters that hide or turn round what is written beside them. */
const HIDDEN_CHARACTERS =
  /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u00ad\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff]/;

function describeHiddenCharacter({ 0: character, index }: RegExpExecArray): YamlFault {
  const code = character.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0');
  return createFault(
    index,
    index + 1,
    `a character that cannot be seen stands here (U+${code})`,
    'delete it and type it anew',
  );
}

/** Concrete tokens, or the fault that stopped the reading: size and depth are judged before a tree is built. */
function readTokens(text: string): readonly CST.Token[] | YamlFault {
  const parser = new Parser();
  const tokens: CST.Token[] = [];
  let count = 0;
  for (const lexeme of new Lexer().lex(text)) {
    tokens.push(...parser.next(lexeme));
    count += 1;
    const at = Math.min(parser.offset, text.length);
    if (count > MAX_TOKENS) return createFault(at, at, 'the file is too long for a recipe or a station', null);
    if (parser.stack.length > MAX_YAML_DEPTH + STACK_MARGIN) return createFault(at, at, TOO_DEEP_MESSAGE, null);
  }
  tokens.push(...parser.end());
  return tokens;
}

/** The sentence for lists and maps nested too deep. */
export const TOO_DEEP_MESSAGE = `lists and maps are nested deeper than ${MAX_YAML_DEPTH} levels`;

function buildParsedYaml(text: string, tokens: readonly CST.Token[]): ParsedYaml {
  const [document, second] = composeDocuments(text, tokens);
  const tags = findTagFaults(document!);
  const isBlockMap = isMap(document!.contents) && document!.contents.flow !== true;
  const roots = isErrorFree(document!)
    ? { errors: [], lost: [] }
    : findRootSyntaxErrors(text, isBlockMap, collectLibraryErrors);
  const library = roots.errors.filter(({ code }) => code !== 'TAG_RESOLVE_FAILED' || tags.length === 0);
  const isKnown = ({ at }: YamlFault): boolean => !roots.lost.some(({ from, to }) => at >= from && at < to);
  const faults = [...tokens.flatMap(findDirectiveFaults), ...library.map(convertLibraryError), ...tags.filter(isKnown)];
  const at = second?.range?.[0];
  if (at !== undefined)
    faults.push(createFault(at, at, 'a second document begins here', 'keep one recipe or station in a file'));
  return { text, document: document!, faults, isReliable: isKnown };
}

function composeDocuments(text: string, tokens: readonly CST.Token[]): readonly Document[] {
  // Keys are compared by whoever makes data of the tree: the library's own check takes time with the square of their number.
  const composer = new Composer({ version: '1.2', merge: false, uniqueKeys: false, prettyErrors: false });
  return [...composer.compose(tokens, true, text.length)] as Document[];
}

function isErrorFree({ errors, warnings }: Document): boolean {
  return errors.length === 0 && warnings.length === 0;
}

/** What the library says of a part of the text that was judged for size and depth as a whole. */
function collectLibraryErrors(part: string): readonly YAMLError[] {
  const tokens = readTokens(part);
  return Array.isArray(tokens)
    ? composeDocuments(part, tokens).flatMap(({ errors, warnings }) => dropFollowUpErrors([...errors, ...warnings]))
    : [];
}

/** A parser that lost its way stumbles over every word that follows: only its first stumble tells anything. */
function dropFollowUpErrors(errors: readonly YAMLError[]): readonly YAMLError[] {
  return errors.filter(({ code }, at) => at === 0 || code !== 'UNEXPECTED_TOKEN');
}

function findDirectiveFaults(token: CST.Token): readonly YamlFault[] {
  if (token.type !== 'directive') return [];
  const end = token.offset + token.source.length;
  return [createFault(token.offset, end, 'directives (%) are not used here', 'delete this line')];
}

/** A tag changes what a value is; text in quotes and plain numbers are all that a recipe needs. */
function findTagFaults(document: Document): readonly YamlFault[] {
  const faults: YamlFault[] = [];
  visit(document, (_, node) => {
    if (!isNode(node) || !('tag' in node) || !node.tag || !node.range) return;
    const [at, end] = node.range;
    faults.push(createFault(at, end, 'tags (!) are not used here', 'write text in quotes and numbers without'));
  });
  return faults;
}

/** The library's words where they are clear, ours where they are the words of a parser's author. */
function convertLibraryError({ code, message, pos: [at, end] }: ParseError): YamlFault {
  const isUnclosed = code === 'BAD_INDENT' && message.startsWith('Flow');
  const [plainer, hint] = CLEARER_MESSAGES[isUnclosed ? 'MISSING_CHAR' : code] ?? [];
  return createFault(at, end, plainer ?? `this is not YAML: ${lowerFirstLetter(message)}`, hint ?? null);
}

const CLEARER_MESSAGES: Partial<Record<YAMLError['code'], readonly [message: string, hint: string]>> = {
  TAB_AS_INDENT: ['a tab stands where blanks must', 'indent with blanks only'],
  BAD_INDENT: ['this line is not indented like its neighbours', 'begin entries of one list or map in the same column'],
  BAD_SCALAR_START: ['a value cannot begin with this character', 'put the value in single quotes'],
  BLOCK_AS_IMPLICIT_KEY: ['two ":" in one line', 'put a value that holds ": " in quotes, or begin a new line'],
  MULTILINE_IMPLICIT_KEY: ['a ":" is missing, or the value goes on where a key is expected', 'write "key: value"'],
  MISSING_CHAR: ['something is missing here: a quote, a bracket or a comma', 'close what was opened before this place'],
  BAD_DQ_ESCAPE: [
    'a backslash in double quotes means something else',
    'use single quotes: they keep a backslash as it is',
  ],
};

function lowerFirstLetter(text: string): string {
  return text.slice(0, 1).toLowerCase() + text.slice(1);
}

function createFault(at: number, end: number, message: string, hint: string | null): YamlFault {
  return { at, end, message, hint };
}
