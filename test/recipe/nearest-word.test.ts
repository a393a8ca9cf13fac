// The word somebody probably meant.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { findNearestWord, suggestKnownWord } from '../../src/recipe/yaml/nearest-word.ts';

const kinds = ['enter-dfu', 'dfu-flash', 'bootloader-check', 'serial-verify', 'power-cycle', 'power-off'];

describe('the nearest word', () => {
  it.each([
    ['dfu-flahs', 'dfu-flash'],
    ['dfu_flash', 'dfu-flash'],
    ['DFU flash', 'dfu-flash'],
    ['dfuflash', 'dfu-flash'],
    ['poweroff', 'power-off'],
    ['bootlader-check', 'bootloader-check'],
    ['serial-verfiy', 'serial-verify'],
  ])('of %s is %s', (written, meant) => {
    expect(findNearestWord(written, kinds)).toBe(meant);
  });

  it.each(['measure', 'x', '', 'a'.repeat(10_000)])('of %s is none', (written) => {
    expect(findNearestWord(written, kinds)).toBeUndefined();
  });

  it('of a known word is that word', () => {
    fc.assert(
      fc.property(fc.constantFrom(...kinds), (word) => {
        expect(findNearestWord(word, kinds)).toBe(word);
      }),
    );
  });

  it('of a known word with two neighbours swapped is that word', () => {
    fc.assert(
      fc.property(fc.constantFrom(...kinds), fc.nat(), (word, seed) => {
        const at = seed % (word.length - 1);
        const swapped = word.slice(0, at) + word[at + 1] + word[at] + word.slice(at + 2);
        expect(findNearestWord(swapped, kinds)).toBe(word);
      }),
    );
  });
});

describe('a suggestion', () => {
  it('names the known words when none is near', () => {
    expect(suggestKnownWord('voltage', ['a', 'b'])).toBe('known here: a, b');
  });

  it('is silent where nothing is known', () => {
    expect(suggestKnownWord('voltage', [])).toBeNull();
  });
});
