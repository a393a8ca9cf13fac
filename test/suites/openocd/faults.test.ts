// Every way in which a probe or a chip can fail, and the name that the driver gives it, with the real OpenOCD between.
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { systemClock } from '../../../src/base/clock.ts';
import { createSeededRandom } from '../../../src/base/random.ts';
import { createBench } from '../../../src/bench/bench.ts';
import { DebugPort } from '../../../src/bench/debug-port/debug-port.ts';
import { serveStlinks } from '../../../src/bench/debug-port/stlink-server.ts';
import { createPhoton } from '../../../src/bench/photon/photon-board.ts';
import type { ProbeOutcome } from '../../../src/equipment/debug-probe.ts';
import { readMachineFacts } from '../../../src/equipment/drivers/machine-facts.ts';
import { createOpenocdProbe } from '../../../src/equipment/drivers/openocd/openocd-probe.ts';
import {
  BOOTLOADER_ADDRESS,
  bootloaderBytes,
  type Probed,
  type ProbedOptions,
  probed,
  unhurried,
  type Wiring,
} from './probed-board.ts';

/** Commands to the probe: a look takes about 700, a write or a read of everything far more. */
const LATER_THAN_A_LOOK = 1_000;

const bytes = bootloaderBytes();
const flash = ({ probe }: Probed) => probe.flash({ segments: [{ address: BOOTLOADER_ADDRESS, bytes }] }, unhurried);
const examine = ({ probe }: Probed) => probe.examine(unhurried);

interface UnitFault {
  readonly what: string;
  readonly code: string;
  readonly deed: (set: Probed) => Promise<ProbeOutcome<unknown>>;
  readonly spoil: (set: Probed) => void;
}

const unitFaults: readonly UnitFault[] = [
  {
    what: 'a sector stays protected',
    code: 'swd/write-protected',
    deed: flash,
    spoil: ({ board }) => board.flash.injectEraseFault(0, { kind: 'wrperr' }),
  },
  {
    what: 'read protection level 1 on a write',
    code: 'swd/read-protected',
    deed: flash,
    spoil: ({ board }) => void board.flash.programOptionBytes({ rdp: 0 }),
  },
  {
    what: 'bits are stuck',
    code: 'swd/verify-mismatch',
    deed: flash,
    spoil: ({ board }) => board.flash.injectEraseFault(0, { kind: 'partial', offset: 0x140 }),
  },
  {
    what: 'the chip’s debug part has no power',
    code: 'swd/no-target',
    deed: examine,
    spoil: ({ port }) => {
      port.faults = { hasNoDebugPower: true };
    },
  },
  {
    what: 'nothing is on the wires',
    code: 'swd/no-target',
    deed: examine,
    spoil: ({ port }) => {
      port.faults = { isLoose: true };
    },
  },
];

/** Of this file alone, so that what is left behind can be seen. */
const ownFolder = mkdtempSync(join(tmpdir(), 'flashline-faults-'));
process.env['TMPDIR'] = ownFolder;

afterAll(() => {
  expect(readdirSync(ownFolder).filter((name) => name.startsWith('flashline-swd-'))).toEqual([]);
  rmSync(ownFolder, { recursive: true });
});

async function withProbed<Result>(options: ProbedOptions, deed: (probed: Probed) => Promise<Result>): Promise<Result> {
  const set = await probed(options);
  try {
    return await deed(set);
  } finally {
    await set.close();
  }
}

describe.each<Wiring>(['virtual-swd', 'virtual-jtag'])('a probe (%s)', (wiring) => {
  it('sees chip, unit, protection and blank sectors', async () => {
    await withProbed({ wiring, board: { release: '2.3.1', setupHeld: true } }, async (set) => {
      const found = await examine(set);
      expect(found).toMatchObject({
        ok: true,
        value: {
          deviceId: '0x200f6411',
          flashSizeBytes: 1_048_576,
          uniqueId: set.board.deviceId,
          supplyMv: wiring === 'virtual-swd' ? 3301 : null,
          rdpLevel: 0,
          writeProtectedSectors: [0],
          blankSectors: [2, 3, 4, 10, 11],
          isFlashReadable: true,
        },
      });
    });
  });

  it('writes the bootloader through its protection, protects it again, and the unit starts', async () => {
    await withProbed({ wiring }, async (set) => {
      const stages: string[] = [];
      const done = await set.probe.flash(
        { segments: [{ address: BOOTLOADER_ADDRESS, bytes }] },
        { ...unhurried, onProgress: ({ stage, done: count, total }) => stages.push(`${stage} ${count}/${total}`) },
      );
      expect(done).toMatchObject({ ok: true, value: { sectors: [0], foundProtected: [0], leftProtected: [0] } });
      expect(stages).toContain('write 8/8');
      expect(set.board.flash.read(BOOTLOADER_ADDRESS, bytes.length)).toEqual(bytes);
      expect(set.board.flash.isWriteProtected(0)).toBe(true);
      expect(set.board.isCoreHalted).toBe(false);
      if (done.ok)
        process.stdout.write(
          `${wiring}: 15,124 bytes erased, written, compared in ${Math.round(done.value.durationMs)} ms\n`,
        );
    });
  });

  it('reads back what is there', async () => {
    await withProbed({ wiring }, async ({ probe, board }) => {
      const read = await probe.dump({ address: BOOTLOADER_ADDRESS, sizeBytes: 16_384 }, unhurried);
      expect(read.ok && read.value).toEqual(board.flash.read(BOOTLOADER_ADDRESS, 16_384));
    });
  });

  it.each(unitFaults)('names a unit’s failure: $what', async ({ code, deed, spoil }) => {
    await withProbed({ wiring }, async (set) => {
      spoil(set);
      const outcome = await deed(set);
      expect(outcome).toMatchObject({ ok: false, code });
      if (code === 'swd/verify-mismatch') expect(outcome).toMatchObject({ address: 0x0800_0140, sector: 0 });
    });
  });

  it('names the station’s trouble: the probe is lost in the middle of a read or of a write, or hangs', async () => {
    await withProbed({ wiring }, async (set) => {
      set.port.faults = { lostAfterCommands: LATER_THAN_A_LOOK };
      await expect(flash(set)).rejects.toMatchObject({ code: 'swd/probe-lost' });
      const half = set.board.flash.read(BOOTLOADER_ADDRESS, bytes.length);
      expect(half).not.toEqual(bytes);
      const all = { address: BOOTLOADER_ADDRESS, sizeBytes: 1_048_576 };
      await expect(set.probe.dump(all, unhurried)).rejects.toMatchObject({ code: 'swd/probe-lost' });
    });
    await withProbed({ wiring, timeoutMs: 2_000 }, async (set) => {
      set.port.faults = { hangsAfterCommands: 100 };
      await expect(examine(set)).rejects.toMatchObject({ code: 'swd/probe-hung' });
    });
  });

  it('gets in under reset where the running program has taken the pins', async () => {
    await withProbed({ wiring, board: { release: '2.3.1' } }, async (set) => {
      await set.untilRunning();
      expect(set.board.areDebugPinsFree).toBe(false);
      const found = await examine(set);
      expect(found).toMatchObject({ ok: true, value: { uniqueId: set.board.deviceId } });
      expect(found.evidence.facts['under reset']).toBe(true);
    });
  });
});

describe('a probe over SWD', () => {
  it('waits as long as OpenOCD itself for an erase that never ends, and says so', async () => {
    await withProbed({}, async (set) => {
      set.board.flash.injectEraseFault(0, { kind: 'hang' });
      expect(await flash(set)).toMatchObject({ ok: false, code: 'swd/erase-timeout', sector: 0 });
    });
  });

  it('says where a write never ends', async () => {
    await withProbed({}, async (set) => {
      set.board.flash.injectProgramFault(0x0800_0800, { kind: 'hang' });
      expect(await flash(set)).toMatchObject({ ok: false, code: 'swd/write-timeout', address: 0x0800_0800 });
    });
  });

  it('takes a supply that is too low for a failure before anything is erased, though OpenOCD carries on', async () => {
    await withProbed({}, async (set) => {
      const before = set.board.flash.read(BOOTLOADER_ADDRESS, 16_384);
      set.port.faults = { supplyMv: 1_200 };
      expect(await flash(set)).toMatchObject({ ok: false, code: 'swd/low-voltage' });
      expect(set.board.flash.read(BOOTLOADER_ADDRESS, 16_384)).toEqual(before);
    });
  });

  it('says what it measures where a unit without power does not answer', async () => {
    await withProbed({}, async (set) => {
      set.port.faults = { hasNoDebugPower: true, supplyMv: 12 };
      expect(await examine(set)).toMatchObject({
        code: 'swd/no-target',
        message: expect.stringMatching(/the probe measures 1\d mV at the unit, which needs 2700 mV/),
      });
    });
  });

  it('closes the debug port and sees it closed; opening it again erases everything', async () => {
    await withProbed({}, async (set) => {
      expect(await set.probe.setReadProtection(1, unhurried)).toMatchObject({ ok: true });
      expect(await examine(set)).toMatchObject({
        ok: true,
        value: { rdpLevel: 1, isFlashReadable: false, blankSectors: null },
      });
      expect(await set.probe.setReadProtection(0, unhurried)).toMatchObject({ ok: true });
      expect(await examine(set)).toMatchObject({ ok: true, value: { rdpLevel: 0, isFlashReadable: true } });
    });
  });

  it('refuses an image that does not lie in flash before OpenOCD is started', async () => {
    await withProbed({}, async ({ probe }) => {
      for (const [address, size] of [
        [0x07ff_fff0, 32],
        [0x080e_0000, 131_073],
        [0x0800_0000, 0],
      ] as const) {
        await expect(
          probe.flash({ segments: [{ address, bytes: new Uint8Array(size) }] }, unhurried),
        ).rejects.toMatchObject({
          code: 'swd/out-of-flash',
        });
      }
    });
  });

  it('writes pieces at any byte, each sector of theirs erased and none between them', async () => {
    await withProbed({}, async ({ probe, board }) => {
      const settings = bytes.slice(0, 500);
      board.flash.forceBytes(0x0802_0000, settings);
      const segments = [
        { address: 0x0800_8003, bytes: bytes.slice(0, 2) },
        { address: 0x0800_8006, bytes: bytes.slice(0, 1025) },
        { address: 0x0801_0001, bytes: bytes.slice(3, 4) },
        { address: 0x0804_0000, bytes: bytes.slice(0, 3000) },
      ];
      const done = await probe.flash({ segments }, unhurried);
      expect(done).toMatchObject({ ok: true, value: { sectors: [2, 4, 6] } });
      for (const piece of segments) expect(board.flash.read(piece.address, piece.bytes.length)).toEqual(piece.bytes);
      expect(board.flash.read(0x0800_8005, 1)).toEqual(Uint8Array.of(0xff));
      expect(board.flash.read(0x0802_0000, 500)).toEqual(settings);
    });
  });

  it('ends at once when the run is ended, and leaves nothing running', async () => {
    await withProbed({}, async ({ probe, board }) => {
      board.flash.injectEraseFault(0, { kind: 'hang' });
      const ending = new AbortController();
      const onProgress = ({ stage }: { stage: string }): void => {
        if (stage === 'erase') ending.abort(new Error('the run was ended'));
      };
      await expect(
        probe.flash({ segments: [{ address: BOOTLOADER_ADDRESS, bytes }] }, { signal: ending.signal, onProgress }),
      ).rejects.toThrow('the run was ended');
    });
  });

  it.each([
    ['virtual-swd', { kind: 'virtual-swd', port: 1, serialNumber: null }],
    ['st-link', { kind: 'st-link', serialNumber: '066DFF3437', usb: null }],
    ['cmsis-dap', { kind: 'cmsis-dap', serialNumber: null, usb: '1-4.4' }],
    ['j-link', { kind: 'j-link', serialNumber: '123456', usb: null }],
  ] as const)('says that there is no probe: %s', async (_, address) => {
    await expect(createOpenocdProbe({ address, clock: systemClock }).examine(unhurried)).rejects.toMatchObject({
      code: 'swd/no-probe',
    });
  });

  it('says what is missing for a Programmer Shield, and for OpenOCD itself', async () => {
    const shield = createOpenocdProbe({ address: { kind: 'ftdi', serialNumber: null, usb: null }, clock: systemClock });
    await expect(shield.examine(unhurried)).rejects.toMatchObject({ code: 'swd/no-probe-file' });
    const address = { kind: 'virtual-jtag', port: 1 } as const;
    const missing = createOpenocdProbe({ address, clock: systemClock, program: 'openocd-that-is-not-there' });
    await expect(missing.examine(unhurried)).rejects.toMatchObject({ code: 'swd/no-openocd' });
    expect((await readMachineFacts('.')).openocd).toMatch(/Open On-Chip Debugger 0\.12/);
  });

  it('tells two probes apart by their serial numbers: one board is written, the other untouched', async () => {
    const bench = createBench({ clock: systemClock, ports: ['1-1', '1-2'] });
    const boards = ['1-1', '1-2'].map((portPath) => {
      const board = createPhoton({ random: createSeededRandom(portPath) });
      bench.plug(portPath, board);
      return board;
    });
    const probes = ['A', 'B'].map((serialNumber, at) => ({
      serialNumber,
      port: new DebugPort(bench.getProbeContact(`1-${at + 1}`), systemClock),
    }));
    const server = await serveStlinks(probes);
    const address = { kind: 'virtual-swd', port: server.port, serialNumber: 'B' } as const;
    const before = boards[0]!.flash.read(BOOTLOADER_ADDRESS, bytes.length);
    const done = await createOpenocdProbe({ address, clock: systemClock }).flash(
      { segments: [{ address: BOOTLOADER_ADDRESS, bytes }] },
      unhurried,
    );
    await server.close();
    expect(done.ok).toBe(true);
    expect(boards[0]!.flash.read(BOOTLOADER_ADDRESS, bytes.length)).toEqual(before);
    expect(boards[1]!.flash.read(BOOTLOADER_ADDRESS, bytes.length)).toEqual(bytes);
  });

  it('works four at once', async () => {
    const sets = await Promise.all(['V1', 'V2', 'V3', 'V4'].map((serialNumber) => probed({ serialNumber })));
    const startedMs = systemClock.readMonotonicMs();
    const outcomes = await Promise.all(sets.map(flash));
    process.stdout.write(`four probes at once: ${Math.round(systemClock.readMonotonicMs() - startedMs)} ms\n`);
    expect(outcomes.every(({ ok }) => ok)).toBe(true);
    for (const set of sets) {
      expect(set.board.flash.read(BOOTLOADER_ADDRESS, bytes.length)).toEqual(bytes);
      await set.close();
    }
  });
});
