// Population files: what ships loads and says why it is there, one is like another, and everything wrong is told.
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { loadPopulation } from '../../src/simulation/population/load-population.ts';
import type { Population } from '../../src/simulation/population/population.ts';
import { shippedPopulation } from './line.ts';

const folder = mkdtempSync(join(tmpdir(), 'flashline-population-'));
afterAll(() => rmSync(folder, { recursive: true }));

const HEAD = 'flashline: 1\npopulation: own\ntitle: A title\nbecause: a test\n';

function load(text: string): Population {
  const file = join(folder, 'own.yaml');
  writeFileSync(file, HEAD + text);
  return loadPopulation(file, (name) => (name === 'own' ? file : `populations/${name}.yaml`));
}

describe('a population file', () => {
  const names = readdirSync('populations')
    .filter((file) => file.endsWith('.yaml'))
    .map((file) => file.replace('.yaml', ''));

  it.each(names)('%s loads under its own name, says where it comes from, and sets a goal', (name) => {
    const population = shippedPopulation(name);
    expect(population.name).toBe(name);
    expect(population.because.length).toBeGreaterThan(80);
    expect(Object.keys(population.goals)).not.toEqual([]);
  });

  it('is like the one it names in everything that it does not say, key by key, but has its own goals', () => {
    const shipped = shippedPopulation();
    const own = load('like: shipped\none-offs: { share: 8 % }\ncables: { break: 1 in 200 }\n');
    expect(own.oneOffs).toEqual({ ...shipped.oneOffs, share: 0.08 });
    expect(own.cables).toEqual({ ...shipped.cables, breaksPerPlugIn: 0.005 });
    expect(own.goals).toEqual({});
    expect(own.defects).toEqual(shipped.defects);
  });

  it('scales its defects, and gives those without a probability of their own that of their section', () => {
    const own = load(
      'like: shipped\nhard defects: { scale: 2, fail: 95 % }\nfurther defects: [{ fault: hang, share: 3 % }]\n',
    );
    expect(own.defects[0]).toMatchObject({ fault: 'dead-sector', share: 0.008, failShares: { values: [0.95] } });
    expect(own.defects).toContainEqual(expect.objectContaining({ share: 0.03, failShares: { values: [1] } }));
  });

  it.each<[string, string, string]>([
    ['a share without its unit', 'one-offs: { share: 0.08 }\n', 'write a share in per cent'],
    ['a share above the whole', 'one-offs: { share: 180 % }\n', 'a share lies between 0 % and 100 %'],
    ['an unknown fault', 'variety: [{ fault: gremlins, share: 1 % }]\n', 'gremlins'],
    ['an unknown figure', 'goals: { happiness: 1 }\n', 'happiness'],
    [
      'a logarithmic scale from zero',
      'intermittent defects: { fail: { from: 0 %, to: 9 %, spread: log } }\n',
      'begins above 0 %',
    ],
    [
      'a yes where only true is true',
      'further defects: [{ fault: hang, share: 1 %, covered: yes }]\n',
      'write true, false',
    ],
  ])('is refused for %s', (_what, text, words) => {
    expect(() => load(`like: shipped\n${text}`)).toThrow(words);
  });

  it('is told what is missing when it is like no other', () => {
    expect(() => load('variety: []\n')).toThrow('"hard defects" is missing');
  });

  it('is refused when it is like itself', () => {
    expect(() => load('like: own\n')).toThrow('is like a population that is like it');
  });
});
