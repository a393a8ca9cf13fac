import { describe, expect, it } from 'vitest';
import { countCells } from '../../src/screen/frame/styled-line.ts';
import { unicodeGlyphs } from '../../src/screen/messages/glyphs.ts';
import { chooseMessages, messagesByLanguage } from '../../src/screen/messages/languages.ts';

describe('a language', () => {
  it.each([
    ['zh', 'zh'],
    ['zh_CN.UTF-8', 'zh'],
    ['en_GB.UTF-8', 'en'],
    ['de_AT.UTF-8', 'de'],
    ['es_MX.UTF-8', 'es'],
    ['C', 'en'],
    ['xx', 'en'],
    [undefined, 'en'],
    ['constructor', 'en'],
  ] as const)('for %s is %s', (locale, language) => {
    expect(chooseMessages(locale)).toBe(messagesByLanguage[language]);
  });

  it.each(Object.entries(messagesByLanguage))(
    '%s has short words that fit a tile of ten cells beside number and sign',
    (_, texts) => {
      for (const word of [...Object.values(texts.shortFaces), ...Object.values(texts.dispositions)]) {
        expect(countCells(word)).toBeLessThanOrEqual(6);
      }
    },
  );

  it.each(Object.entries(messagesByLanguage))('%s has keys and help that fit 80 columns', (_, texts) => {
    for (const text of [texts.keysBoard, `${texts.readOnly} · ${texts.keysBoard}`, texts.keysBack, ...texts.help]) {
      expect(countCells(text)).toBeLessThanOrEqual(88);
    }
    for (const text of [texts.keysBoard, texts.keysBack, ...texts.help]) expect(countCells(text)).toBeLessThan(79);
  });

  it('and every sign is one cell wide, so that columns stay straight', () => {
    const { faces, dispositions, steps, chosen, edge, rule, alarm, shades } = unicodeGlyphs;
    const signs = [
      ...Object.values(faces),
      ...Object.values(dispositions),
      ...Object.values(steps),
      chosen,
      edge,
      rule,
      alarm,
      ...Object.values(shades),
    ];
    for (const sign of signs) expect(countCells(sign), sign).toBe(1);
  });
});
