// The identity check: the same unit, another one, and one of which nothing is known.
import { describe, expect, it } from 'vitest';
import { PORT_PATH } from '../surroundings.ts';
import { benchFixture, outcomeOf, photon } from './bench-fixture.ts';

const PROVEN = { 'when not proven': 'fail' };
const OLD = { generation: 'v0.5.2', release: '0.5.2' } as const;

describe('identity-check', () => {
  it.each([
    ['by its device id', { release: '2.3.1' }],
    ['by its key before 0.6.0, where all units have one USB serial', OLD],
  ])('knows a unit again %s, and leaves it running', async (_how, options) => {
    const board = photon('same', options);
    const fixture = benchFixture({ board });
    await fixture.step('enter-dfu');
    await fixture.step('bootloader-check', { 'at least': '1' });
    await fixture.step('power-cycle');
    const report = await fixture.step('identity-check', PROVEN);
    expect(outcomeOf(report)).toBe('passed');
    expect(report.evidence).toContainEqual(expect.objectContaining({ kind: 'identity', proof: 'same' }));
    expect(board.activity).toBe('system');
  });

  it.each([
    ['a newer one', { release: '2.3.1' }],
    ['one before 0.6.0', OLD],
  ])('finds %s swapped', async (_which, options) => {
    const fixture = benchFixture({ board: photon('here', options) });
    await fixture.step('enter-dfu');
    await fixture.step('bootloader-check', { 'at least': '1' });
    fixture.bench.unplug(PORT_PATH);
    fixture.bench.plug(PORT_PATH, photon('there', options));
    expect(outcomeOf(await fixture.step('identity-check'))).toBe('identity/swapped');
  });

  it('records what cannot be proven, and fails it only where the recipe says so', async () => {
    const outcome = async (written: unknown) => {
      const fixture = benchFixture({ board: photon('unknown', OLD) });
      return outcomeOf(await fixture.step('identity-check', written));
    };
    expect([await outcome({}), await outcome(PROVEN)]).toEqual(['passed', 'identity/not-proven']);
  });
});
