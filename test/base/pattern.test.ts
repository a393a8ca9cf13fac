// Patterns: they match as JavaScript matches, and no text makes them slow.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compilePattern, PatternError } from '../../src/base/pattern/pattern.ts';

describe('a pattern', () => {
  it('gives its named groups', () => {
    const match = compilePattern('Your (?<what>core|device) id is (?<deviceId>[0-9a-f]{24})').find(
      '\r\nYour device id is 2f0031000547343232363230\r\n',
    );
    expect(match?.groups).toEqual({ what: 'device', deviceId: '2f0031000547343232363230' });
    expect(match?.index).toBe(2);
  });

  it('leaves out groups that took no part', () => {
    expect(compilePattern('(?<a>x)|(?<b>y)').find('y')).toMatchObject({
      groups: { b: 'y' },
      captures: [undefined, 'y'],
    });
  });

  it('fits a text only as a whole', () => {
    const label = compilePattern('P\\d{9}');
    expect(label.isFullMatch('P123456789')).toBe(true);
    expect(label.isFullMatch('P1234567890')).toBe(false);
    expect(label.isFullMatch('xP123456789')).toBe(false);
    expect(compilePattern('a|ab').isFullMatch('ab')).toBe(true);
  });

  it('treats a character beyond the basic plane as one', () => {
    expect(compilePattern('^.$').find('😀')?.text).toBe('😀');
  });

  it.each([
    ['(a', 'this ( is never closed', 0],
    ['a)', 'this ) closes nothing', 1],
    ['[a', 'this [ is never closed', 0],
    ['a{2,1}', 'the counts are out of order', 1],
    ['a**', 'nothing to repeat', 2],
    ['(?=a)', 'looking ahead or behind is not possible here', 1],
    ['(a)\\1', 'referring back to a group is not possible here', 4],
    ['(?<a>x)(?<a>y)', 'two groups are named a', 10],
    ['\\q', '\\q has no meaning here', 0],
    ['*', 'write \\* for the character itself', 0],
    ['a\\', 'a backslash at the end stands for nothing', 2],
  ])('says what is wrong with %s', (source, message, index) => {
    const error = (() => {
      try {
        compilePattern(source);
      } catch (thrown) {
        return thrown as PatternError;
      }
      return undefined;
    })();
    expect(error).toBeInstanceOf(PatternError);
    expect(error).toMatchObject({ message, index });
  });

  it('refuses one that would be too long written out', () => {
    expect(() => compilePattern('((a{100}){100}){100}')).toThrow('written out');
    expect(() => compilePattern('('.repeat(1000))).toThrow(PatternError);
  });

  it.each([
    ['(a+)+$', `${'a'.repeat(5000)}!`],
    ['^(a|a)*$', `${'a'.repeat(5000)}!`],
    ['(a|aa)+$', `${'a'.repeat(5000)}!`],
    ['(.*a){12}$', `${'a'.repeat(2000)}!`],
    ['([a-zA-Z0-9]+\\s?)+$', `${'word '.repeat(1000)}!`],
    ['(x+x+)+y', 'x'.repeat(5000)],
    ['^(([a-z])+.)+[A-Z]([a-z])+$', 'a'.repeat(5000)],
    ['.*.*.*=.*', 'x'.repeat(5000)],
  ])('comes to an end on %s, which backtracking would not', (source, text) => {
    expect(compilePattern(source).find(text)).toBeUndefined();
  });

  it('finds what JavaScript finds', () => {
    fc.assert(
      fc.property(
        pattern(),
        fc.string({ unit: fc.constantFrom('a', 'b', '_', ' ', '\n', '1'), maxLength: 12 }),
        (source, text) => {
          const expected = new RegExp(source, 'u').exec(text);
          const found = compilePattern(source).find(text);
          expect([found?.index, found?.text]).toEqual([expected?.index, expected?.[0]]);
          expect([...(found?.captures ?? [])]).toEqual(expected ? expected.slice(1) : []);
        },
      ),
      { numRuns: 3_000 },
    );
  });
});

/** Patterns whose repeated parts take at least one character: for empty rounds JavaScript has rules of its own. */
function pattern(): fc.Arbitrary<string> {
  const atom = fc.constantFrom('a', 'b', '\\d', '\\w', '\\s', '.', '[ab]', '[^a]', '[^\\d\\s]', '[a-z_]', '\\x61');
  const edge = fc.constantFrom('^', '$', '\\b', '\\B', '');
  const { solid } = fc.letrec<{ solid: string; sequence: string }>((tie) => ({
    sequence: fc.tuple(edge, tie('solid'), edge, tie('solid')).map((parts) => parts.join('')),
    solid: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      atom,
      fc.tuple(tie('solid'), tie('solid')).map(([left, right]) => `(?:${left}|${right})`),
      tie('solid').map((inner) => `(${inner})`),
      tie('sequence').map((inner) => `(${inner})`),
      fc
        .tuple(tie('solid'), fc.constantFrom('+', '+?', '{2}', '{1,2}', '{1,}?'))
        .map(([inner, count]) => `(?:${inner})${count}`),
      fc
        .tuple(tie('solid'), tie('solid'), fc.constantFrom('*', '*?', '?', '??', '{0,2}'))
        .map(([left, inner, count]) => `${left}(?:${inner})${count}`),
    ),
  }));
  return fc.tuple(edge, solid, edge).map((parts) => parts.join(''));
}
