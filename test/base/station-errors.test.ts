import { globSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { StationError } from '../../src/base/station-error.ts';
import { stationErrors } from '../../src/base/station-error-codes.ts';

const TABLE = 'src/base/station-error-codes.ts';
const source = globSync('src/**/*.{ts,tsx}')
  .filter((file) => file !== TABLE)
  .map((file) => readFileSync(file, 'utf8'))
  .join('\n');
const codes = Object.keys(stationErrors) as (keyof typeof stationErrors)[];

/** A code stands in the source as it is, or in two parts: `usb/${kind}` with the kind named somewhere. */
function isThrown(code: string): boolean {
  const [room, what] = code.split('/') as [string, string];
  return source.includes(`'${code}'`) || (source.includes(`\`${room}/\${`) && source.includes(`'${what}'`));
}

describe('the codes of station errors', () => {
  it('are all thrown somewhere: a row that nobody needs is struck out', () => {
    expect(codes.filter((code) => !isThrown(code))).toEqual([]);
  });

  it('are the only ones that a station error is made with', () => {
    const made = [...source.matchAll(/new StationError\(\{\s*code: '([^']+)'/g)].map(([, code]) => code!);
    expect(made.length).toBeGreaterThan(50);
    expect(made.filter((code) => !Object.hasOwn(stationErrors, code))).toEqual([]);
  });

  it('each say what it means and what a person does next, in a sentence', () => {
    const sentences = Object.values(stationErrors).flatMap(({ means, remedy }) => [means, remedy]);
    expect(sentences.filter((sentence) => !/^\S.+\.$/.test(sentence))).toEqual([]);
  });

  it('decide who has to act', () => {
    const kindOf = (code: (typeof codes)[number]) => new StationError({ code, message: 'm', hint: 'h' }).kind;
    expect(kindOf('recipe/invalid')).toBe('input');
    expect(kindOf('record/disk-gone')).toBe('station');
  });
});
