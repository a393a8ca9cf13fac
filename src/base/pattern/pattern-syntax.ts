// The grammar of patterns: the part of JavaScript's regular expressions that can be matched in linear time.

/** A pattern as a tree. `set` tells by code point what a single character may be. */
export type PatternNode =
  | { readonly type: 'set'; readonly has: (codePoint: number) => boolean }
  | { readonly type: 'assert'; readonly at: 'start' | 'end' | 'word-edge' | 'no-word-edge' }
  | { readonly type: 'sequence'; readonly items: readonly PatternNode[] }
  | { readonly type: 'choice'; readonly options: readonly PatternNode[] }
  | { readonly type: 'group'; readonly number: number; readonly item: PatternNode }
  | {
      readonly type: 'repeat';
      readonly item: PatternNode;
      readonly least: number;
      /** Infinity when unbounded. */
      readonly most: number;
      readonly lazy: boolean;
    };

export interface PatternTree {
  readonly root: PatternNode;
  readonly groupCount: number;
  /** Group number by name. */
  readonly names: ReadonlyMap<string, number>;
}

/** A pattern that cannot be used; `index` is the place in the source. */
export class PatternError extends Error {
  readonly index: number;

  constructor(message: string, index: number) {
    super(message);
    this.name = 'PatternError';
    this.index = index;
  }
}

const MAX_DEPTH = 50;

type CharacterTest = (codePoint: number) => boolean;

/** The pattern's tree. Throws PatternError for a fault in the source and for what needs backtracking. */
export function parsePattern(source: string): PatternTree {
  return new PatternParser(source).parse();
}

/** Letters, digits and the underscore, as `\w` has them. */
export function isWordCharacter(codePoint: number): boolean {
  return (
    (codePoint >= 0x30 && codePoint <= 0x39) ||
    (codePoint >= 0x41 && codePoint <= 0x5a) ||
    (codePoint >= 0x61 && codePoint <= 0x7a) ||
    codePoint === 0x5f
  );
}

const isDigit: CharacterTest = (codePoint) => codePoint >= 0x30 && codePoint <= 0x39;
const isSpace: CharacterTest = (codePoint) =>
  (codePoint >= 0x09 && codePoint <= 0x0d) ||
  codePoint === 0x20 ||
  (codePoint > 0x7f && /\s/.test(String.fromCodePoint(codePoint)));
const isLineEnd: CharacterTest = (codePoint) =>
  codePoint === 0x0a || codePoint === 0x0d || codePoint === 0x2028 || codePoint === 0x2029;
const negateTest =
  (test: CharacterTest): CharacterTest =>
  (codePoint) =>
    !test(codePoint);

const CLASS_ESCAPES: Readonly<Record<string, CharacterTest>> = {
  d: isDigit,
  D: negateTest(isDigit),
  w: isWordCharacter,
  W: negateTest(isWordCharacter),
  s: isSpace,
  S: negateTest(isSpace),
};
const CONTROL_ESCAPES: Readonly<Record<string, number>> = { t: 0x09, n: 0x0a, v: 0x0b, f: 0x0c, r: 0x0d, '0': 0x00 };
const PUNCTUATION = /^[\^$\\.*+?()[\]{}|/-]$/;

class PatternParser {
  readonly #source: string;
  readonly #names = new Map<string, number>();
  #at = 0;
  #groupCount = 0;
  #depth = 0;

  constructor(source: string) {
    this.#source = source;
  }

  parse(): PatternTree {
    const root = this.#parseChoice();
    if (this.#at < this.#source.length) this.#fail('this ) closes nothing');
    return { root, groupCount: this.#groupCount, names: this.#names };
  }

  #parseChoice(): PatternNode {
    if (++this.#depth > MAX_DEPTH) this.#fail(`groups may be nested ${MAX_DEPTH} deep`);
    const options = [this.#parseSequence()];
    while (this.#takeText('|')) options.push(this.#parseSequence());
    this.#depth -= 1;
    return options.length === 1 ? options[0]! : { type: 'choice', options };
  }

  #parseSequence(): PatternNode {
    const items: PatternNode[] = [];
    while (this.#at < this.#source.length && !this.#isNext('|') && !this.#isNext(')')) items.push(this.#parseTerm());
    return items.length === 1 ? items[0]! : { type: 'sequence', items };
  }

  #parseTerm(): PatternNode {
    if (this.#takeText('^')) return { type: 'assert', at: 'start' };
    if (this.#takeText('$')) return { type: 'assert', at: 'end' };
    if (this.#takeText('\\b')) return { type: 'assert', at: 'word-edge' };
    if (this.#takeText('\\B')) return { type: 'assert', at: 'no-word-edge' };
    return this.#parseRepetition(this.#parseAtom());
  }

  #parseAtom(): PatternNode {
    if (this.#takeText('(')) return this.#parseGroup();
    if (this.#takeText('[')) return { type: 'set', has: this.#parseClass() };
    if (this.#takeText('.')) return { type: 'set', has: negateTest(isLineEnd) };
    if (this.#takeText('\\')) return { type: 'set', has: toCharacterTest(this.#parseEscape()) };
    if (/[*+?{}\]]/.test(this.#source[this.#at]!))
      this.#fail(`write \\${this.#source[this.#at]} for the character itself`);
    return { type: 'set', has: toCharacterTest(this.#parseCharacter()) };
  }

  #parseGroup(): PatternNode {
    const opening = this.#at - 1;
    let number = 0;
    if (this.#takeText('?:')) {
      // A group that captures nothing.
    } else if (this.#isNext('?=') || this.#isNext('?!') || this.#isNext('?<=') || this.#isNext('?<!')) {
      this.#fail('looking ahead or behind is not possible here');
    } else if (this.#takeText('?<')) {
      number = ++this.#groupCount;
      this.#parseGroupName(number);
    } else if (this.#isNext('?')) {
      this.#fail('no such kind of group');
    } else {
      number = ++this.#groupCount;
    }
    const item = this.#parseChoice();
    if (!this.#takeText(')')) this.#fail('this ( is never closed', opening);
    return number === 0 ? item : { type: 'group', number, item };
  }

  #parseGroupName(number: number): void {
    const name = /^[A-Za-z_$][\w$]*(?=>)/.exec(this.#source.slice(this.#at))?.[0];
    if (!name) throw new PatternError('a group is named (?<name>...)', this.#at);
    if (this.#names.has(name)) this.#fail(`two groups are named ${name}`);
    this.#names.set(name, number);
    this.#at += name.length + 1;
  }

  #parseRepetition(item: PatternNode): PatternNode {
    const bounds = this.#parseRepeatBounds();
    if (!bounds) return item;
    const lazy = this.#takeText('?');
    if (/^[*+?{]/.test(this.#source.slice(this.#at, this.#at + 1))) this.#fail('nothing to repeat');
    return { type: 'repeat', item, ...bounds, lazy };
  }

  #parseRepeatBounds(): { readonly least: number; readonly most: number } | undefined {
    if (this.#takeText('*')) return { least: 0, most: Infinity };
    if (this.#takeText('+')) return { least: 1, most: Infinity };
    if (this.#takeText('?')) return { least: 0, most: 1 };
    if (!this.#isNext('{')) return undefined;
    const counted = /^\{(\d{1,4})(,(\d{0,4}))?\}/.exec(this.#source.slice(this.#at));
    if (!counted) return this.#fail('a count is written {3}, {3,} or {3,5}');
    const least = Number(counted[1]);
    const most = counted[2] === undefined ? least : counted[3] === '' ? Infinity : Number(counted[3]);
    if (most < least) this.#fail('the counts are out of order');
    this.#at += counted[0].length;
    return { least, most };
  }

  #parseClass(): CharacterTest {
    const opening = this.#at - 1;
    const negated = this.#takeText('^');
    const tests: CharacterTest[] = [];
    while (!this.#takeText(']')) {
      if (this.#at >= this.#source.length) this.#fail('this [ is never closed', opening);
      tests.push(this.#parseClassItem());
    }
    const has: CharacterTest = (codePoint) => tests.some((test) => test(codePoint));
    return negated ? negateTest(has) : has;
  }

  #parseClassItem(): CharacterTest {
    const first = this.#parseClassCharacter();
    if (!this.#isNext('-') || this.#source[this.#at + 1] === ']') return toCharacterTest(first);
    this.#at += 1;
    const last = this.#parseClassCharacter();
    if (typeof first !== 'number' || typeof last !== 'number')
      return this.#fail('a range goes from one character to another');
    if (last < first) this.#fail('the range is out of order');
    return (codePoint) => codePoint >= first && codePoint <= last;
  }

  #parseClassCharacter(): number | CharacterTest {
    if (this.#takeText('\\b')) return 0x08;
    return this.#takeText('\\') ? this.#parseEscape() : this.#parseCharacter();
  }

  #parseEscape(): number | CharacterTest {
    const letter = this.#source[this.#at];
    if (letter === undefined) return this.#fail('a backslash at the end stands for nothing');
    const hex = /^(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|u\{([0-9a-fA-F]{1,6})\})/.exec(this.#source.slice(this.#at));
    if (hex) {
      this.#at += hex[0].length;
      return Number.parseInt(hex[1] ?? hex[2] ?? hex[3]!, 16);
    }
    if (/[1-9k]/.test(letter)) this.#fail('referring back to a group is not possible here');
    this.#at += 1;
    if (Object.hasOwn(CLASS_ESCAPES, letter)) return CLASS_ESCAPES[letter]!;
    if (Object.hasOwn(CONTROL_ESCAPES, letter)) return CONTROL_ESCAPES[letter]!;
    if (PUNCTUATION.test(letter)) return letter.codePointAt(0)!;
    return this.#fail(`\\${letter} has no meaning here`, this.#at - 2);
  }

  #parseCharacter(): number {
    const codePoint = this.#source.codePointAt(this.#at);
    if (codePoint === undefined) return this.#fail('something is missing at the end');
    this.#at += codePoint > 0xffff ? 2 : 1;
    return codePoint;
  }

  #isNext(text: string): boolean {
    return this.#source.startsWith(text, this.#at);
  }

  #takeText(text: string): boolean {
    if (!this.#isNext(text)) return false;
    this.#at += text.length;
    return true;
  }

  #fail(message: string, index = this.#at): never {
    throw new PatternError(message, index);
  }
}

function toCharacterTest(character: number | CharacterTest): CharacterTest {
  return typeof character === 'number' ? (codePoint) => codePoint === character : character;
}
