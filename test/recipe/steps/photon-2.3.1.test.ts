// The steps of the shipped recipe on a good Photon, one after another, from plug-in to verified.
import { describe, expect, it } from 'vitest';
import { benchFixture, detailsOf, outcomeOf, photon } from './bench-fixture.ts';

const ASK = [
  { send: 'i', expect: 'Your device id is (?<deviceId>[0-9a-f]{24})', 'same as': 'device id' },
  { send: 'v', expect: 'system firmware version: (?<version>\\S+)', equals: { version: '2.3.1' } },
  { send: 'm', expect: '(?<macAddress>([0-9A-Fa-f]{2}:){5}[0-9A-Fa-f]{2})' },
  { send: 's', modules: 'all valid' },
];

const FLASH = { images: ['system-part1', 'system-part2', 'tinker'] };
const BOOTLOADER = { 'at least': '1006', 'when stale': 'update from bootloader' };
const VERIFY = { listen: '28800 Bd', ask: ASK, limits: [{ name: 'reply time', unit: 'ms', max: 250 }] };

describe('the steps for a Photon', () => {
  it.each([
    ['a new one with a current bootloader', {}],
    ['one that arrives running 2.3.1', { release: '2.3.1' }],
    ['one that arrives running 0.5.2 with its bootloader', { release: '0.5.2', generation: 'v0.4.9' as const }],
    [
      'one that arrives running 1.5.2 and knows a network',
      { release: '1.5.2', generation: 'v1.4.4' as const, hasWifi: true },
    ],
  ])('pass %s', async (_name, options) => {
    const board = photon('good', options);
    const fixture = benchFixture({ board });
    const reports = [];
    for (const [kind, written] of [
      ['enter-dfu', {}],
      ['bootloader-check', BOOTLOADER],
      ['dfu-flash', FLASH],
      ['serial-verify', VERIFY],
      ['identity-check', { 'when not proven': 'fail' }],
    ] as const) {
      const report = await fixture.step(kind, written);
      reports.push(`${kind}: ${outcomeOf(report)} ${detailsOf(report)}`);
      if (report.result !== 'passed') break;
    }
    expect(reports).toEqual(
      ['enter-dfu', 'bootloader-check', 'dfu-flash', 'serial-verify', 'identity-check'].map(
        (kind) => `${kind}: passed `,
      ),
    );
    expect(fixture.unit().identity).toMatchObject({ deviceId: board.deviceId, macAddress: board.macAddress });
  });
});
