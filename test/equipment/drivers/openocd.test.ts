// What the driver does between runs of OpenOCD, with a script in its place that says what the real one says.
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { systemClock } from '../../../src/base/clock.ts';
import { createOpenocdProbe } from '../../../src/equipment/drivers/openocd/openocd-probe.ts';

const folder = mkdtempSync(join(tmpdir(), 'flashline-openocd-'));
afterAll(() => rmSync(folder, { recursive: true }));

const ADDRESS = { kind: 'st-link', serialNumber: 'V1', usb: null } as const;
const BYTES = new Uint8Array(16);
const unhurried = { signal: new AbortController().signal };

const IDENTIFIED = [
  'Info : Target voltage: 3.300000',
  '@@ begin identify',
  '@@ fact device 0x200f6411',
  '@@ fact size 1024',
  '@@ fact uid 0x1 0x2 0x3',
  '@@ fact optcr 0xfffaaed',
  '@@ done identify',
];
const NOBODY = ['@@ begin connect', 'Error: init mode failed (unable to connect to the target)', '@@ fail connect'];
const WRITTEN = [...IDENTIFIED, '@@ fact optcr-open 0xfffaaed', 'verified 16 bytes', '@@ fact optcr-after 0xfffaaed'];

/** A program that answers by the first pattern (of a shell) that its arguments fit. */
function standIn(
  name: string,
  answers: readonly (readonly [pattern: string, says: readonly string[], exit: number])[],
) {
  const program = join(folder, name);
  const cases = answers.map(
    ([pattern, says, exit]) => `${pattern}) cat <<'SAID' >&2\n${says.join('\n')}\nSAID\nexit ${exit};;`,
  );
  writeFileSync(program, `#!/bin/sh\ncase "$*" in\n${cases.join('\n')}\nesac\n`);
  chmodSync(program, 0o755);
  return createOpenocdProbe({ address: ADDRESS, clock: systemClock, program });
}

const LOOKED = ['*fl_look*', [...IDENTIFIED, '@@ finished'], 0] as const;

describe('a write by OpenOCD', () => {
  it('is tried once more under reset when the unit’s program has taken the pins since it was looked at', async () => {
    const probe = standIn('taken', [
      LOOKED,
      ['*connect_assert_srst*fl_write*', [...WRITTEN, '@@ finished'], 0],
      ['*fl_write*', NOBODY, 1],
    ]);
    const done = await probe.flash({ segments: [{ address: 0x0800_0000, bytes: BYTES }] }, unhurried);
    expect(done).toMatchObject({ ok: true, evidence: { facts: { 'under reset': true } } });
  });

  it('fails when nothing answers under reset either, and is not tried a third time', async () => {
    const probe = standIn('gone', [LOOKED, ['*fl_write*', NOBODY, 1]]);
    expect(await probe.flash({ segments: [{ address: 0x0800_0000, bytes: BYTES }] }, unhurried)).toMatchObject({
      ok: false,
      code: 'swd/no-target',
      evidence: { facts: { 'under reset': true } },
    });
  });

  it('leaves the sectors protected that were asked for, in whatever order they were named', async () => {
    const protectedTwo = WRITTEN.map((line) => line.replace('optcr-after 0xfffaaed', 'optcr-after 0xfdeaaed'));
    const probe = standIn('protects', [LOOKED, ['*fl_write*', [...protectedTwo, '@@ finished'], 0]]);
    const request = { segments: [{ address: 0x0800_0000, bytes: BYTES }], protectAfterwards: [5, 0, 0] };
    expect(await probe.flash(request, unhurried)).toMatchObject({ ok: true, value: { leftProtected: [0, 5] } });
    const less = { ...request, protectAfterwards: [0] };
    expect(await probe.flash(less, unhurried)).toMatchObject({ ok: false, code: 'swd/unlock-failed' });
  });

  it('is not believed on exit code 0 alone: every byte must have been compared', async () => {
    const silent = WRITTEN.filter((line) => !line.startsWith('verified'));
    const probe = standIn('silent', [LOOKED, ['*fl_write*', [...silent, '@@ finished'], 0]]);
    expect(await probe.flash({ segments: [{ address: 0x0800_0000, bytes: BYTES }] }, unhurried)).toMatchObject({
      ok: false,
      code: 'swd/verify-mismatch',
    });
  });
});
