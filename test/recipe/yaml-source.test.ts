// The YAML reader: hostile files are refused quickly, sound ones know where every value stands.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readYaml } from '../../src/recipe/yaml/yaml-source.ts';

const read = (text: string) => readYaml('r.yaml', new TextEncoder().encode(text));
const messages = (text: string): readonly string[] => read(text).problems.map(({ message }) => message);

describe('reading YAML', () => {
  it('gives plain data as YAML 1.2 means it', () => {
    const { data, problems } = read('a: 1\nb: [on, 0x10, 0777, 1.10, "2.10", null, true]\nc: { d: text }\n');
    expect(problems).toEqual([]);
    expect(JSON.parse(JSON.stringify(data))).toEqual({
      a: 1,
      b: ['on', 16, 777, 1.1, '2.10', null, true],
      c: { d: 'text' },
    });
  });

  it('tells how a scalar was written, quotes left out', () => {
    const source = read('a: 2.10\nb: 0x20\nc: "2.10"\nd: [1]\n');
    expect(source.readWrittenText(['a'])).toBe('2.10');
    expect(source.readWrittenText(['b'])).toBe('0x20');
    expect(source.readWrittenText(['c'])).toBe('2.10');
    expect(source.readWrittenText(['d'])).toBeUndefined();
  });

  it('shows a value with its line, column and caret', () => {
    const problem = read('a:\n  - { b: one, c: two }\n').createProblemAt(['a', 0, 'c'], 'wrong');
    expect(problem).toMatchObject({
      line: 2,
      column: 18,
      sourceLine: '  - { b: one, c: two }',
      caret: `${' '.repeat(17)}^^^`,
    });
  });

  it('shows a key when asked for it', () => {
    expect(read('a:\n  bb: 1\n').createProblemAt(['a', 'bb'], 'wrong', null, 'key')).toMatchObject({
      line: 2,
      column: 3,
      caret: '  ^^',
    });
  });

  it('shows the nearest parent’s key for what is not there', () => {
    expect(read('a: 1\nlist:\n  b: 2\n').createProblemAt(['list', 'c', 'd'], 'missing')).toMatchObject({
      line: 2,
      column: 1,
      caret: '^^^^',
    });
  });

  it('shows the key of a value that was left empty', () => {
    expect(read('a:\nb: 1\n').createProblemAt(['a'], 'empty')).toMatchObject({ line: 1, column: 1, caret: '^' });
  });

  it('finds the word that a reference is made of', () => {
    const source = read('s:\n  - x: { when: update from boot }\n  - y: [boot, part]\n');
    expect(source.findWordPath(['s'], 'part')).toEqual(['s', 1, 'y', 1]);
    expect(source.findWordPath(['s'], 'boot')).toEqual(['s', 0, 'x', 'when']);
    expect(source.findWordPath(['s', 0], 'nowhere')).toEqual(['s', 0]);
  });

  it('follows an alias to what it stands for', () => {
    const source = read('a: &x { b: 1 }\nc: *x\n');
    expect(source.problems).toEqual([]);
    expect(source.createProblemAt(['c', 'b'], 'wrong')).toMatchObject({ line: 1, column: 12 });
  });

  it('counts columns in lines that end with CR LF', () => {
    expect(read('a: 1\r\nb: 2\r\n').createProblemAt(['b'], 'wrong')).toMatchObject({
      line: 2,
      column: 4,
      sourceLine: 'b: 2',
    });
  });
});

describe('refusing YAML', () => {
  const bomb = [
    'a: &a [x,x,x,x,x,x,x,x,x]',
    ...'bcdefgh'.split('').map((name, at) => {
      const alias = `*${'abcdefg'[at]}`;
      return `${name}: &${name} [${Array(9).fill(alias).join(',')}]`;
    }),
  ].join('\n');

  it.each([
    ['an alias bomb', bomb, 'the file repeats itself by more than 50 aliases'],
    ['an alias that holds itself', 'a: &x [*x]', 'lists and maps are nested deeper than 32 levels'],
    ['an alias of nothing', 'a: *x', 'no &x stands before this *x'],
    ['an alias before its anchor', 'a: *x\nb: &x 1', 'no &x stands before this *x'],
    ['an anchor given twice', 'a: &x 1\nb: &x 2', 'the anchor &x is given twice'],
    ['deep flow lists', '['.repeat(100_000), 'lists and maps are nested deeper than 32 levels'],
    ['deep block lists', '- '.repeat(100_000), 'lists and maps are nested deeper than 32 levels'],
    [
      'deep maps',
      Array.from({ length: 60 }, (_, at) => `${' '.repeat(at)}a:`).join('\n'),
      'lists and maps are nested deeper than 32 levels',
    ],
    [
      '100,000 keys',
      Array.from({ length: 100_000 }, (_, at) => `k${at}: v`).join('\n'),
      'the file is too long for a recipe or a station',
    ],
    ['100,000 anchors on nothing', '&a '.repeat(100_000), 'the file is too long for a recipe or a station'],
    ['a file over 1 MB', 'a'.repeat(1024 * 1024 + 1), 'the file has 1048577 bytes; at most 1048576 are read'],
    ['a custom tag', 'a: !js/function "x"', 'tags (!) are not used here'],
    ['a core tag', 'a: !!str 1', 'tags (!) are not used here'],
    ['a directive', '%YAML 1.1\n---\na: on', 'directives (%) are not used here'],
    ['a merge key', 'a: &x { b: 1 }\nc: { <<: *x }', 'merging (<<) is not used here'],
    ['a key given twice', 'a: 1\na: 2', 'the key "a" stands here twice'],
    ['a list as a key', '[a]: 1', 'a key is missing, or is not a word'],
    ['a second document', 'a: 1\n---\nb: 2', 'a second document begins here'],
    ['a tab as indent', 'a:\n\tb: 1', 'a tab stands where blanks must'],
    ['a terminal’s control sequence', 'a: "\u001b[2J"', 'a character that cannot be seen stands here (U+001B)'],
    ['text that is turned round', 'a: \u202e1', 'a character that cannot be seen stands here (U+202E)'],
    ['__proto__', '__proto__: { admin: true }', 'the key "__proto__" is not allowed'],
    ['constructor', 'a: { constructor: { prototype: { x: 1 } } }', 'the key "constructor" is not allowed'],
  ])('refuses %s', (_, text, message) => {
    expect(messages(text)).toContain(message);
  });

  it('refuses bytes that are no text', () => {
    expect(readYaml('r.yaml', Uint8Array.of(0x61, 0xff, 0xfe)).problems[0]?.message).toBe('the file is not UTF-8 text');
  });

  it('tells a lost quote once, not every word after it', () => {
    const text = "a: 'one'two'\nb: { c: [1, 2, 3] }\nd: { e: f, g: h }\n";
    expect(messages(text).length).toBeLessThanOrEqual(2);
  });

  it('shows nothing of a control sequence in the source line', () => {
    expect(read('a: "\u001b]0;x\u0007"').problems[0]?.sourceLine).toBe('a: "·]0;x·"');
  });

  it('tells every fault of a file at once', () => {
    expect(messages('a: !x 1\na: 2\nb: *c\n')).toEqual([
      'tags (!) are not used here',
      'the key "a" stands here twice',
      'no &c stands before this *c',
    ]);
  });
});

describe('whatever the bytes are', () => {
  const yamlish = fc.stringMatching(/^[\sa-c0-9:{}[\],&*!%<>|'"#?\\~.-]{0,200}$/);

  it('reading never throws and every problem stands inside the file', () => {
    fc.assert(
      fc.property(fc.oneof(yamlish, fc.string({ unit: 'binary', maxLength: 200 })), (text) => {
        const lines = text.split('\n').length;
        for (const { line, column } of read(text).problems) {
          expect(line).toBeLessThanOrEqual(lines);
          expect(column).toBeGreaterThan(0);
        }
      }),
      { numRuns: 400 },
    );
  });

  it('never touches the prototype of objects', () => {
    const keys = fc.constantFrom('__proto__', 'constructor', 'prototype', 'toString', 'a');
    const tree = fc.letrec((tie) => ({
      node: fc.oneof({ maxDepth: 4 }, fc.constant(1), fc.dictionary(keys, tie('node'), { noNullPrototype: false })),
    })).node;
    const before = Object.getOwnPropertyNames(Object.prototype).join();
    fc.assert(
      fc.property(tree, (value) => {
        const { data } = read(JSON.stringify(value));
        expect(Object.getOwnPropertyNames(Object.prototype).join()).toBe(before);
        expect(({} as { a?: unknown }).a).toBeUndefined();
        if (typeof data === 'object' && data !== null) expect(Object.getPrototypeOf(data)).toBeNull();
      }),
    );
  });

  it('data that is written as JSON comes back the same', () => {
    const text = fc.stringMatching(/^[ -~]{0,20}$/);
    fc.assert(
      fc.property(
        fc.dictionary(fc.stringMatching(/^[a-z]{1,5}$/), fc.array(fc.oneof(text, fc.integer(), fc.boolean()))),
        (value) => {
          const { data, problems } = read(JSON.stringify(value));
          expect(problems).toEqual([]);
          expect(JSON.stringify(data)).toBe(JSON.stringify(value));
        },
      ),
    );
  });
});
