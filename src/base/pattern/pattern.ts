// Regular expressions that no text can make slow: compiled to a program whose threads run side by side (Thompson, Pike).
import { assemblePattern, type PatternInstruction } from './pattern-program.ts';
import { isWordCharacter, parsePattern } from './pattern-syntax.ts';

export { PatternError } from './pattern-syntax.ts';

export interface PatternMatch {
  /** Place in the text, in UTF-16 units as everywhere in JavaScript. */
  readonly index: number;
  readonly text: string;
  /** By group number, from 1; undefined for a group that took no part. */
  readonly captures: readonly (string | undefined)[];
  /** Named groups that took part. */
  readonly groups: Readonly<Record<string, string>>;
}

/** A compiled pattern. */
export interface Pattern {
  readonly source: string;
  readonly groupNames: readonly string[];
  /** The leftmost match, chosen as JavaScript chooses; time grows with text length times pattern length, never faster. */
  find(text: string): PatternMatch | undefined;
  /** Whether the pattern fits the text from its first to its last character. */
  isFullMatch(text: string): boolean;
}

/**
 * Compiles a pattern written as a JavaScript regular expression without flags (but by code point, as with `u`).
 * Throws PatternError for a fault, for looking around and for back-references, and when it would be too long.
 */
export function compilePattern(source: string): Pattern {
  const { root, groupCount, names } = parsePattern(source);
  const program = assemblePattern(root);
  const describe = (text: string, saved: SavedSlots): PatternMatch => buildPatternMatch(text, saved, groupCount, names);
  return {
    source,
    groupNames: [...names.keys()],
    find: (text) => {
      const saved = runPattern(program, text, false);
      return saved && describe(text, saved);
    },
    isFullMatch: (text) => runPattern(program, text, true) !== undefined,
  };
}

/** Start and end of every group in turn, the whole match first. */
type SavedSlots = (number | undefined)[];

/** Threads in the order of preference: an instruction is entered at most once per character, which bounds the time. */
class ThreadList {
  readonly places: number[] = [];
  readonly saved: SavedSlots[] = [];
  readonly #program: readonly PatternInstruction[];
  readonly #text: string;
  /** By place: where in the text it was last entered. */
  readonly #enteredAt: Int32Array;

  constructor(program: readonly PatternInstruction[], text: string) {
    this.#program = program;
    this.#text = text;
    this.#enteredAt = new Int32Array(program.length).fill(-1);
  }

  clear(): void {
    this.places.length = 0;
    this.saved.length = 0;
  }

  /**
   * Adds the threads that a place leads to without taking a character. What a thread has saved is written in place on the
   * way down, copied for each thread that stays, and put back on the way up. As deep as the program is long, at most.
   */
  add(start: number, position: number, saved: SavedSlots): void {
    for (let place = start; this.#enterPlace(place, position); ) {
      const instruction = this.#program[place]!;
      switch (instruction.op) {
        case 'jump':
          place = instruction.to;
          break;
        case 'fork':
          this.add(instruction.first, position, saved);
          place = instruction.second;
          break;
        case 'save':
          this.#addThreadWithSlots(saved, [instruction.slot], position, { place: place + 1, position });
          return;
        case 'forget':
          this.#addThreadWithSlots(saved, instruction.slots, undefined, { place: place + 1, position });
          return;
        case 'assert':
          if (!matchesAssertion(instruction.at, this.#text, position)) return;
          place += 1;
          break;
        default:
          this.places.push(place);
          this.saved.push(saved.slice());
          return;
      }
    }
  }

  #addThreadWithSlots(
    saved: SavedSlots,
    slots: readonly number[],
    value: number | undefined,
    next: { readonly place: number; readonly position: number },
  ): void {
    const before = slots.map((slot) => saved[slot]);
    for (const slot of slots) saved[slot] = value;
    this.add(next.place, next.position, saved);
    slots.forEach((slot, index) => {
      saved[slot] = before[index];
    });
  }

  /** True the first time a place is entered at that position of the text. */
  #enterPlace(place: number, position: number): boolean {
    if (this.#enteredAt[place] === position) return false;
    this.#enteredAt[place] = position;
    return true;
  }
}

/** Runs the program; `whole` asks for a match of all the text. */
function runPattern(program: readonly PatternInstruction[], text: string, whole: boolean): SavedSlots | undefined {
  let current = new ThreadList(program, text);
  let next = new ThreadList(program, text);
  let found: SavedSlots | undefined;
  const first = findFirstCharacterTest(program);
  for (let position = 0; ; ) {
    if (first && !found && !whole && current.places.length === 0) {
      position = findNextCandidate(first, text, position);
      if (position === text.length) return undefined;
    }
    if (!found && (position === 0 || !whole)) current.add(0, position, []);
    if (current.places.length === 0 && (found || whole)) return found;
    const codePoint = text.codePointAt(position);
    const after = position + (codePoint !== undefined && codePoint > 0xffff ? 2 : 1);
    for (let index = 0; index < current.places.length; index += 1) {
      const place = current.places[index]!;
      const instruction = program[place]!;
      if (instruction.op === 'match') {
        if (whole && position < text.length) continue;
        found = current.saved[index];
        break;
      }
      if (instruction.op === 'set' && codePoint !== undefined && instruction.has(codePoint)) {
        next.add(place + 1, after, current.saved[index]!);
      }
    }
    if (codePoint === undefined) return found;
    [current, next] = [next, current];
    next.clear();
    position = after;
  }
}

/** What every match begins with, where that is one kind of character: nothing need be tried anywhere else. */
function findFirstCharacterTest(program: readonly PatternInstruction[]): ((codePoint: number) => boolean) | undefined {
  const instruction = program.find(({ op }) => op !== 'save');
  return instruction?.op === 'set' ? instruction.has : undefined;
}

/** The next place whose character is such; the end of the text when there is none. */
function findNextCandidate(first: (codePoint: number) => boolean, text: string, from: number): number {
  let position = from;
  while (position < text.length) {
    const codePoint = text.codePointAt(position)!;
    if (first(codePoint)) break;
    position += codePoint > 0xffff ? 2 : 1;
  }
  return position;
}

function matchesAssertion(at: 'start' | 'end' | 'word-edge' | 'no-word-edge', text: string, position: number): boolean {
  if (at === 'start') return position === 0;
  if (at === 'end') return position === text.length;
  const isEdge = isWordCharacter(text.charCodeAt(position - 1)) !== isWordCharacter(text.charCodeAt(position));
  return at === 'word-edge' ? isEdge : !isEdge;
}

function buildPatternMatch(
  text: string,
  saved: SavedSlots,
  groupCount: number,
  names: ReadonlyMap<string, number>,
): PatternMatch {
  const caught = (group: number): string | undefined => {
    const start = saved[2 * group];
    const end = saved[2 * group + 1];
    return start === undefined || end === undefined ? undefined : text.slice(start, end);
  };
  const groups: Record<string, string> = {};
  for (const [name, number] of names) {
    const part = caught(number);
    if (part !== undefined) groups[name] = part;
  }
  return {
    index: saved[0]!,
    text: caught(0)!,
    captures: Array.from({ length: groupCount }, (_, index) => caught(index + 1)),
    groups,
  };
}
