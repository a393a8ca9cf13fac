// JUnit XML held to the structure of jenkins junit-10.xsd, and to the runs it was made from.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { junit } from '../../src/exchange/formats/junit.ts';
import { renderXml } from '../../src/exchange/formats/xml.ts';
import { sampleBatch, sampleRun } from '../report/sample-batch.ts';
import { exportedFiles } from './export-text.ts';
import { readXml, type XmlElement } from './xml-reader.ts';

const { runs } = sampleBatch();
const root = readXml((await exportedFiles(junit, runs)).get('junit.xml')!);
const suiteOf = (number: number): XmlElement =>
  root.children.find((suite) => suite.attributes['id'] === sampleRun(number).runId)!;

/** Attributes and children that junit-10.xsd allows; `!` marks a required one. */
const SCHEMA: Readonly<Record<string, { readonly attributes: string; readonly children: string }>> = {
  testsuites: { attributes: 'name time tests failures errors', children: 'testsuite' },
  testsuite: {
    attributes: 'name! tests! failures! errors! group time skipped timestamp hostname id package file log url',
    children: 'testsuite properties testcase system-out system-err',
  },
  properties: { attributes: '', children: 'property' },
  property: { attributes: 'name! value!', children: '' },
  testcase: { attributes: 'name! time classname group', children: 'skipped error failure system-out system-err' },
  failure: { attributes: 'type message', children: '' },
  error: { attributes: 'type message', children: '' },
  skipped: { attributes: 'type message', children: '' },
  'system-out': { attributes: '', children: '' },
};

function departures(element: XmlElement): readonly string[] {
  const rule = SCHEMA[element.name];
  if (!rule) return [`${element.name} is unknown`];
  const allowed = rule.attributes.split(' ');
  const missing = allowed
    .filter((name) => name.endsWith('!') && !(name.slice(0, -1) in element.attributes))
    .map((name) => `${element.name} lacks ${name}`);
  const strange = Object.keys(element.attributes)
    .filter((name) => !allowed.includes(name) && !allowed.includes(`${name}!`))
    .map((name) => `${element.name} has ${name}`);
  const misplaced = element.children
    .filter((child) => !rule.children.split(' ').includes(child.name))
    .map((child) => `${child.name} in ${element.name}`);
  return [...missing, ...strange, ...misplaced, ...element.children.flatMap(departures)];
}

describe('JUnit XML', () => {
  it('has only elements and attributes of the schema, and all required ones', () => {
    expect(departures(root)).toEqual([]);
  });

  it('has a suite per run, whose counts are those of its cases', () => {
    expect(root.children.map((suite) => suite.attributes['id'])).toEqual(runs.map((run) => run.runId));
    for (const suite of root.children) {
      const cases = suite.children.filter((child) => child.name === 'testcase');
      const count = (name: string): number =>
        cases.filter((item) => item.children.some((child) => child.name === name)).length;
      expect(
        [
          suite.attributes['tests'],
          suite.attributes['failures'],
          suite.attributes['errors'],
          suite.attributes['skipped'],
        ].map(Number),
      ).toEqual([cases.length, count('failure'), count('error'), count('skipped')]);
    }
  });

  it('calls a unit’s failure a failure and everything else an error, as in the status map', () => {
    const troubles = (number: number): readonly string[] =>
      suiteOf(number)
        .children.flatMap((item) => item.children.map((child) => child.name))
        .filter((name) => ['failure', 'error', 'skipped'].includes(name));
    expect(troubles(101)).toEqual(['failure']);
    expect([troubles(115), troubles(114), troubles(117), troubles(119)]).toEqual([
      ['error'],
      ['error'],
      ['error'],
      ['error'],
    ]);
    expect(troubles(121)).toEqual(['skipped']);
    expect(troubles(1)).toEqual([]);
  });

  it('does not fail a run whose step passed at its second attempt, and tells of the first', () => {
    const flash = suiteOf(124).children.find((item) => item.attributes['name'] === 'flash')!;
    expect(flash.children.map((child) => child.name)).toEqual(['system-out']);
    expect(flash.children[0]!.text).toContain('attempt 1 failed');
  });

  it('keeps the time with its zone, the station and the hashes', () => {
    const suite = suiteOf(101);
    expect(suite.attributes).toMatchObject({ timestamp: sampleRun(101).startedAt, hostname: 'line-2' });
    const properties = new Map(
      suite.children[0]!.children.map((child) => [child.attributes['name'], child.attributes['value']]),
    );
    expect(properties.get('recipe-sha256')).toBe(sampleRun(101).recipe.sha256);
    expect(properties.get('disposition')).toBe('retest');
  });

  it('writes any text so that a reader gets it back, but for what XML forbids', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const read = readXml(String(renderXml`<a b="${text}">${text}</a>`));
        const kept = text.toWellFormed().replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, '\ufffd');
        expect([read.attributes['b'], read.text]).toEqual([kept, kept]);
      }),
    );
  });
});
