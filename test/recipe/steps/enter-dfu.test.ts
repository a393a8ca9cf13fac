// Getting a unit into DFU mode: as it arrives, at its own port, and never another one.
import { describe, expect, it } from 'vitest';
import { PORT_PATH, scriptedOperator } from '../surroundings.ts';
import { benchFixture, detailsOf, OTHER_PORT_PATH, outcomeOf, photon } from './bench-fixture.ts';

describe('enter-dfu', () => {
  it('touches a running unit and finds it again at the same port', async () => {
    const board = photon('running', { release: '2.3.1' });
    const report = await benchFixture({ board }).step('enter-dfu');
    expect(outcomeOf(report)).toBe('passed');
    expect(board.activity).toBe('dfu');
    expect(report.measurements).toMatchObject([{ name: 'time to DFU', unit: 'ms' }]);
    expect(report.evidence).toMatchObject([
      { kind: 'identity', proof: 'same' },
      { kind: 'usb-identity', portPath: PORT_PATH, productId: 0xd006 },
    ]);
  });

  it('leaves a unit alone that is in DFU mode already', async () => {
    const fixture = benchFixture({ board: photon('blank') });
    await fixture.step('enter-dfu');
    expect((await fixture.step('enter-dfu')).measurements[0]?.value).toBe(0);
  });

  it('waits for a unit that is not there yet', async () => {
    const fixture = benchFixture();
    fixture.station.clock.setTimeout(
      () => fixture.bench.plug(PORT_PATH, photon('late', { release: '0.5.2', generation: 'v0.5.2' })),
      4_000,
    );
    expect(outcomeOf(await fixture.step('enter-dfu'))).toBe('passed');
  });

  it('finds nothing when its port is empty, whatever hangs on the next one', async () => {
    const fixture = benchFixture();
    fixture.bench.plug(OTHER_PORT_PATH, photon('neighbour'));
    const report = await fixture.step('enter-dfu', { within: '5 s' });
    expect(outcomeOf(report)).toBe('usb/not-found');
    expect(detailsOf(report)).toBe('The unit did not appear at port 1-4.3 within 5.0 s; nothing is there');
  });

  it('names the device that stands in the unit’s place', async () => {
    const report = await benchFixture({ board: photon('p1', { platform: 'p1' }) }).step('enter-dfu', { within: '5 s' });
    expect(outcomeOf(report)).toBe('usb/wrong-device');
    expect(detailsOf(report)).toContain('2b04:d008 is there');
  });

  it('fails a unit that stays as it is', async () => {
    const fixture = benchFixture({ board: photon('stubborn', { release: '2.3.1' }) });
    const report = await fixture.step('enter-dfu', { touch: '9600 Bd', within: '5 s' });
    expect(outcomeOf(report)).toBe('usb/not-found');
    expect(detailsOf(report)).toContain('The unit in DFU mode did not appear');
  });

  it('takes a foreign bootloader as it is, for the check that follows', async () => {
    const fixture = benchFixture({ board: photon('old', { generation: 'spark-2014-11-20' }) });
    expect(outcomeOf(await fixture.step('enter-dfu'))).toBe('passed');
  });

  it('holds the time to its limit', async () => {
    const fixture = benchFixture({ board: photon('slow', { release: '2.3.1' }) });
    const report = await fixture.step('enter-dfu', { limits: [{ name: 'time to DFU', unit: 's', max: 0.1 }] });
    expect(outcomeOf(report)).toBe('measurement/out-of-limits');
    expect(report.measurements[0]?.unit).toBe('s');
  });

  it('tells the operator what to do, and no more once the unit is there', async () => {
    const withdrawn: unknown[] = [];
    const operator = scriptedOperator([]);
    const fixture = benchFixture({
      equipment: {
        operator: {
          ask: async (question, signal) => {
            signal.addEventListener('abort', () => withdrawn.push(signal.reason));
            await operator.ask(question, signal);
            return new Promise(() => undefined);
          },
        },
      },
    });
    fixture.station.clock.setTimeout(() => fixture.bench.plug(PORT_PATH, photon('held')), 2_000);
    const report = await fixture.step('enter-dfu', { by: 'wait', ask: 'Hold SETUP while you plug the unit in' });
    expect(outcomeOf(report)).toBe('passed');
    expect(operator.questions.map(({ text }) => text)).toEqual(['Hold SETUP while you plug the unit in']);
    expect(withdrawn).toHaveLength(1);
  });

  it('cycles the power of a unit that comes up in DFU mode by itself', async () => {
    const fixture = benchFixture({ board: photon('blank') });
    expect(outcomeOf(await fixture.step('enter-dfu', { by: 'power-cycle' }))).toBe('passed');
  });
});
