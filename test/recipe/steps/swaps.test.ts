// Another unit put in the place of the first, between any two steps and within each: never passed, never written to by mistake.
import { describe, expect, it } from 'vitest';
import type { Photon, PhotonOptions } from '../../../src/bench/photon/photon-board.ts';
import { PORT_PATH } from '../surroundings.ts';
import { type BenchFixture, benchFixture, outcomeOf, photon, photonRecipe } from './bench-fixture.ts';

const STEPS = [
  ['enter-dfu', {}],
  ['bootloader-check', { 'at least': '1' }],
  ['dfu-flash', { images: ['system-part1', 'system-part2', 'tinker'] }],
  ['serial-verify', { listen: '28800 Bd', ask: [{ send: 's', modules: 'all valid' }] }],
  ['identity-check', { 'when not proven': 'fail' }],
] as const;

type Board = Omit<PhotonOptions, 'random'>;

const NEW: Board = { release: '1.5.2' };
const OLD: Board = { release: '0.5.2', generation: 'v0.5.2' };

/** Outcomes of the steps, up to the first that does not pass; `before` is called with the number of each step. */
async function runAll(fixture: BenchFixture, before: (step: number) => void): Promise<readonly string[]> {
  const outcomes: string[] = [];
  for (const [index, [kind, written]] of STEPS.entries()) {
    before(index);
    outcomes.push(outcomeOf(await fixture.step(kind, written)));
    if (outcomes.at(-1) !== 'passed') break;
  }
  return outcomes;
}

/** The stranger comes in the mode of the first and with what was flashed, so that nothing but who it is tells them apart. */
function swap(fixture: BenchFixture, stranger: (board: Board) => Photon, flashed: Board): void {
  const isInDfu = fixture.bench.listPorts()[0]?.board?.presence?.kind === 'dfu';
  fixture.bench.unplug(PORT_PATH);
  fixture.bench.plug(PORT_PATH, stranger({ ...flashed, setupHeld: isInDfu }));
}

/** A board of which nothing is known but what it holds: it has made itself no keys yet. */
function keyless(seed: string, options: Board): Photon {
  const board = photon(seed, options);
  board.flash.forceBytes(DCT_ADDRESS, new Uint8Array(DCT_BYTES).fill(0xff));
  return board;
}

const DCT_ADDRESS = 0x0800_4000;
const DCT_BYTES = 0x4000;

describe('a unit that is swapped', () => {
  it.each([
    ['a Photon of 1.5.2', 1, NEW, '2.3.1'],
    ['a Photon of 1.5.2', 2, NEW, '2.3.1'],
    ['a Photon of 1.5.2', 3, NEW, '2.3.1'],
    ['a Photon of 1.5.2', 4, NEW, '2.3.1'],
    ['a Photon of 0.5.2', 2, OLD, '0.5.2'],
    ['a Photon of 0.5.2', 3, OLD, '0.5.2'],
    ['a Photon of 0.5.2', 4, OLD, '0.5.2'],
  ] as const)('for %s before step %i does not pass', async (_name, boundary, options, release) => {
    const fixture = benchFixture({ board: photon('first', options), recipe: photonRecipe({}, release) });
    const outcomes = await runAll(fixture, (step) => {
      if (step === boundary) swap(fixture, (board) => photon('stranger', board), { ...options, release });
    });
    expect(outcomes.at(-1), outcomes.join()).toBe('identity/swapped');
  });

  it.each([1, 2, 3, 4])(
    'before step %i without keys or an id of its own is at least not proven to be the same',
    async (boundary) => {
      const recipe = photonRecipe({}, '0.5.2');
      const fixture = benchFixture({ board: keyless('first', OLD), recipe });
      const outcomes = await runAll(fixture, (step) => {
        if (step === boundary) swap(fixture, (board) => keyless('stranger', board), OLD);
      });
      expect(outcomes.at(-1), outcomes.join()).toMatch(/^identity\/(swapped|not-proven)$/);
    },
  );

  it.each(Array.from({ length: 20 }, (_, index) => 500 + 500 * index))(
    'in the middle of the flash, %i ms into it, is not written to afterwards',
    async (afterMs) => {
      const fixture = benchFixture({ board: photon('first', OLD) });
      const stranger = photon('stranger', { ...OLD, setupHeld: true });
      const written: string[] = [];
      stranger.flash.onOperation = ({ kind }) => written.push(kind);
      const outcomes = await runAll(fixture, (step) => {
        if (step !== 2) return;
        fixture.station.clock.setTimeout(() => {
          fixture.bench.unplug(PORT_PATH);
          fixture.bench.plug(PORT_PATH, stranger);
        }, afterMs);
      });
      const retried = outcomeOf(await fixture.step('dfu-flash', STEPS[2][1]));
      expect(outcomes.at(-1)).not.toBe('passed');
      expect(['identity/swapped', 'usb/not-found']).toContain(retried);
      expect(written).toEqual([]);
    },
  );
});
