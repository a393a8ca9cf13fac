// Regular expressions that no text can make slow: compiled to a program whose threads run side by side (Thompson, Pike).
import { assemble, type Instruction } from './pattern-program.ts';
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
  fits(text: string): boolean;
}

/**
 * Compiles a pattern written as a JavaScript regular expression without flags (but by code point, as with `u`).
 * Throws PatternError for a fault, for looking around and for back-references, and when it would be too long.
 */
export function compilePattern(source: string): Pattern {
  const { root, groupCount, names } = parsePattern(source);
  const program = assemble(root);
  const describe = (text: string, saved: Saved): PatternMatch => matchOf(text, saved, groupCount, names);
  return {
    source,
    groupNames: [...names.keys()],
    find: (text) => {
      const saved = run(program, text, false);
      return saved && describe(text, saved);
    },
    fits: (text) => run(program, text, true) !== undefined,
  };
}

/** Start and end of every group in turn, the whole match first. */
type Saved = readonly (number | undefined)[];

/** Threads in the order of preference: an instruction is entered at most once per character, which bounds the time. */
class ThreadList {
  readonly places: number[] = [];
  readonly saved: Saved[] = [];
  readonly #enteredAt: Int32Array;

  constructor(programLength: number) {
    this.#enteredAt = new Int32Array(programLength).fill(-1);
  }

  clear(): void {
    this.places.length = 0;
    this.saved.length = 0;
  }

  /** True the first time an instruction is entered at that place of the text. */
  enter(place: number, position: number): boolean {
    if (this.#enteredAt[place] === position) return false;
    this.#enteredAt[place] = position;
    return true;
  }
}

/** Runs the program; `whole` asks for a match of all the text. */
function run(program: readonly Instruction[], text: string, whole: boolean): Saved | undefined {
  let current = new ThreadList(program.length);
  let next = new ThreadList(program.length);
  let found: Saved | undefined;
  for (let position = 0; ; ) {
    if (!found && (position === 0 || !whole)) follow(program, text, current, { place: 0, position, saved: [] });
    if (current.places.length === 0 && (found || whole)) return found;
    const codePoint = text.codePointAt(position);
    const after = position + (codePoint !== undefined && codePoint > 0xffff ? 2 : 1);
    for (let index = 0; index < current.places.length; index += 1) {
      const instruction = program[current.places[index]!]!;
      if (instruction.op === 'match') {
        if (whole && position < text.length) continue;
        found = current.saved[index];
        break;
      }
      if (instruction.op === 'set' && codePoint !== undefined && instruction.has(codePoint)) {
        follow(program, text, next, {
          place: current.places[index]! + 1,
          position: after,
          saved: current.saved[index]!,
        });
      }
    }
    if (codePoint === undefined) return found;
    [current, next] = [next, current];
    next.clear();
    position = after;
  }
}

interface Thread {
  readonly place: number;
  readonly position: number;
  readonly saved: Saved;
}

/** Follows jumps, splits and assertions from a place to the instructions that take a character. */
function follow(program: readonly Instruction[], text: string, threads: ThreadList, start: Thread): void {
  const { position } = start;
  const open: { place: number; saved: Saved }[] = [start];
  for (let thread = open.pop(); thread; thread = open.pop()) {
    const { place, saved } = thread;
    if (!threads.enter(place, position)) continue;
    const instruction = program[place]!;
    switch (instruction.op) {
      case 'jump':
        open.push({ place: instruction.to, saved });
        break;
      case 'fork':
        open.push({ place: instruction.second, saved }, { place: instruction.first, saved });
        break;
      case 'save':
        open.push({ place: place + 1, saved: withSlot(saved, instruction.slot, position) });
        break;
      case 'forget':
        open.push({
          place: place + 1,
          saved: instruction.slots.reduce((slots, slot) => withSlot(slots, slot, undefined), saved),
        });
        break;
      case 'assert':
        if (holds(instruction.at, text, position)) open.push({ place: place + 1, saved });
        break;
      default:
        threads.places.push(place);
        threads.saved.push(saved);
    }
  }
}

function withSlot(saved: Saved, slot: number, value: number | undefined): Saved {
  if (saved[slot] === value) return saved;
  const copy = saved.slice();
  copy[slot] = value;
  return copy;
}

function holds(at: 'start' | 'end' | 'word-edge' | 'no-word-edge', text: string, position: number): boolean {
  if (at === 'start') return position === 0;
  if (at === 'end') return position === text.length;
  const isEdge = isWordCharacter(text.charCodeAt(position - 1)) !== isWordCharacter(text.charCodeAt(position));
  return at === 'word-edge' ? isEdge : !isEdge;
}

function matchOf(text: string, saved: Saved, groupCount: number, names: ReadonlyMap<string, number>): PatternMatch {
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
