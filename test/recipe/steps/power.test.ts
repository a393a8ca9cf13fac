// Power: by the switch, by the operator where there is none, and always back on.
import { describe, expect, it } from 'vitest';
import { PORT_PATH, scriptedOperator } from '../surroundings.ts';
import { benchFixture, outcomeOf, photon } from './bench-fixture.ts';

describe('power-cycle', () => {
  it('takes the unit off and gives it its power back', async () => {
    const board = photon('cycled', { release: '2.3.1' });
    const fixture = benchFixture({ board });
    await fixture.step('wait-for-device', 'serial');
    const before = (await fixture.bench.usb.list())[0]!.connectionId;
    expect(outcomeOf(await fixture.step('power-cycle', { 'off for': '2 s' }))).toBe('passed');
    await fixture.step('wait-for-device', { usb: 'serial' });
    expect((await fixture.bench.usb.list())[0]!.connectionId).not.toBe(before);
  });

  it('asks the operator where the fixture has no switch', async () => {
    const operator = scriptedOperator(['Done']);
    const report = await benchFixture({ equipment: { power: null, operator } }).step('power-cycle');
    expect(outcomeOf(report)).toBe('passed');
    expect(operator.questions[0]?.text).toContain('Unplug the unit in fixture 3');
    expect(report.evidence[0]).toMatchObject({ kind: 'operator', answer: 'Done', operator: 'Ada' });
  });

  it('fails when nobody answers', async () => {
    const equipment = { power: null, operator: scriptedOperator([]) };
    expect(outcomeOf(await benchFixture({ equipment }).step('power-cycle'))).toBe('operator/no-answer');
  });

  it('believes a person only when the unit was really gone', async () => {
    const said = scriptedOperator(['Done', 'Done']);
    const fixture = benchFixture({
      board: photon('by hand', { release: '2.3.1' }),
      equipment: {
        power: null,
        operator: {
          ask: (question, signal) => {
            if (said.questions.length > 0) fixture.bench.plug(PORT_PATH, fixture.bench.unplug(PORT_PATH)!);
            return said.ask(question, signal);
          },
        },
      },
    });
    await fixture.step('wait-for-device', 'serial');
    expect(outcomeOf(await fixture.step('power-cycle'))).toBe('power/not-cycled');
    expect(outcomeOf(await fixture.step('power-cycle'))).toBe('passed');
  });

  it('is the station’s trouble when the switch does nothing', async () => {
    const power = { name: 'a switch', turnOff: async () => undefined, turnOn: async () => undefined };
    const fixture = benchFixture({ board: photon('always on', { release: '2.3.1' }), equipment: { power } });
    await fixture.step('wait-for-device', 'serial');
    const report = await fixture.step('power-cycle');
    expect([report.result, outcomeOf(report)]).toEqual(['errored', 'power/not-cycled']);
  });

  it('gives the power back when the run ends in the middle', async () => {
    const fixture = benchFixture({ board: photon('ended', { release: '2.3.1' }) });
    fixture.station.clock.setTimeout(() => fixture.station.runEnd.abort(), 500);
    const report = await fixture.step('power-cycle', { 'off for': '60 s' });
    expect(report.result).toBe('aborted');
    const after = await fixture.bench.listPorts().find(({ portPath }) => portPath === PORT_PATH);
    await fixture.station.clock.sleep(3_000);
    expect(after?.board?.presence).toBeDefined();
  });
});

describe('power-off', () => {
  it('takes the unit off for good', async () => {
    const fixture = benchFixture({ board: photon('off', { release: '2.3.1' }) });
    await fixture.step('wait-for-device', { usb: 'serial' });
    expect(outcomeOf(await fixture.step('power-off'))).toBe('passed');
    expect(await fixture.bench.usb.list()).toEqual([]);
  });

  it('passes with a word about it where the fixture has no switch', async () => {
    const report = await benchFixture({ equipment: { power: null } }).step('power-off');
    expect(outcomeOf(report)).toBe('passed');
    expect(report.evidence[0]).toMatchObject({ kind: 'note' });
  });
});

describe('wait-for-device', () => {
  it('takes a USB id, or the words for the product’s own', async () => {
    const outcomes = [];
    for (const usb of ['serial', '2b04:c006', 'dfu']) {
      const fixture = benchFixture({ board: photon('there', { release: '2.3.1' }) });
      outcomes.push(outcomeOf(await fixture.step('wait-for-device', { usb, within: '3 s' })));
    }
    expect(outcomes).toEqual(['passed', 'passed', 'usb/not-found']);
  });

  it('is a fault of the recipe when the product has no serial id', async () => {
    const fixture = benchFixture();
    const { recipe } = fixture.station.surroundings;
    const silent = benchFixture({ recipe: { ...recipe, unit: { ...recipe.unit, serial: null } } });
    expect(outcomeOf(await silent.step('wait-for-device', { usb: 'serial' }))).toBe('recipe/no-serial-id');
  });
});
