// Every named fault of the virtual bench through the steps of the shipped recipe, without retries: each is told for what it is.
import { describe, expect, it } from 'vitest';
import { createSeededRandom } from '../../../src/base/random.ts';
import { createFaultyBoard, type FaultName, faultNames, faults } from '../../../src/bench/faults/fault-library.ts';
import { createBoardFactory } from '../../../src/bench/photon/board-factory.ts';
import { benchFixture, detailsOf, outcomeOf } from './bench-fixture.ts';

const STEPS = [
  ['enter-dfu', {}],
  ['bootloader-check', { 'at least': '1006', 'when stale': 'update from bootloader' }],
  ['dfu-flash', { images: ['system-part1', 'system-part2', 'tinker'] }],
  [
    'serial-verify',
    {
      listen: '28800 Bd',
      ask: [
        { send: 'i', expect: 'Your device id is (?<deviceId>[0-9a-f]{24})', 'same as': 'device id' },
        { send: 'v', expect: 'system firmware version: (?<version>\\S+)', equals: { version: '2.3.1' } },
        { send: 's', modules: 'all valid' },
      ],
    },
  ],
] as const;

async function firstFailure(name: FaultName): Promise<string> {
  const board = createFaultyBoard(name, { stock: createBoardFactory(), random: createSeededRandom(name) });
  const fixture = benchFixture({ board });
  for (const [kind, written] of STEPS) {
    const report = await fixture.step(kind, written);
    if (report.result !== 'passed') return `${outcomeOf(report)} in ${kind}: ${detailsOf(report)}`;
  }
  return 'pass';
}

describe('a unit with a named fault', () => {
  it.each(faultNames)('%s ends as its entry says', async (name) => {
    const outcome = await firstFailure(name);
    expect(faults[name].expected, outcome).toContain(outcome.split(' in ')[0]);
  });
});
