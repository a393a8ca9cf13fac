// Writes that are cut off: a station that is killed, a probe that hangs. The unit is half-written, and the station says so.
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { afterAll, expect, it } from 'vitest';
import { systemClock } from '../../../src/base/clock.ts';
import { createSeededRandom } from '../../../src/base/random.ts';
import { createBench } from '../../../src/bench/bench.ts';
import { DebugPort } from '../../../src/bench/debug-port/debug-port.ts';
import { serveStlinks } from '../../../src/bench/debug-port/stlink-server.ts';
import { createBoardFactory } from '../../../src/bench/photon/board-factory.ts';
import { buildLoadRecipeOptions } from '../../../src/cli/input/load-recipe-options.ts';
import { createRealTimeProbe } from '../../../src/cli/session/probes.ts';
import type { UnitIdentity } from '../../../src/domain/unit/unit.ts';
import { createOpenocdProbe } from '../../../src/equipment/drivers/openocd/openocd-probe.ts';
import { loadRecipe } from '../../../src/recipe/load/load-recipe.ts';
import { findFirstPiece, findRecipeImage } from '../../../src/recipe/recipe.ts';
import { newFolder, onSyntheticImages, removeFolders, shift } from '../../e2e/virtual-line.ts';

afterAll(removeFolders);

const LABEL = 'P000000009';
const PORT_PATH = '1-1';
const BOOTLOADER_ADDRESS = 0x0800_0000;
/** Commands to the probe: a look takes about 600, a write more than 3,000. */
const LATER_THAN_A_LOOK = 1_000;
/** In place of a minute. */
const IMPATIENCE_MS = 6_000;

/** Looks at a process that was killed, each a system call: far more than it takes to go. */
const MAX_LOOKS = 1_000_000;

/** A connector that tells of each command, and when a program has let it go. */
class WatchedPort extends DebugPort {
  onCommand: () => void = () => undefined;
  #letGo: () => void = () => undefined;

  override decideReply(): ReturnType<DebugPort['decideReply']> {
    this.onCommand();
    return super.decideReply();
  }

  nextLettingGo(): Promise<void> {
    return new Promise((resolve) => {
      this.#letGo = resolve;
    });
  }

  override close(): void {
    super.close();
    this.#letGo();
  }
}

it('the unit is half-written afterwards, the next station names it, and passes it only as resumed', async () => {
  const folder = newFolder();
  const recipe = onSyntheticImages('photon-rework');
  const { bytes } = findFirstPiece(
    findRecipeImage(loadRecipe(recipe, buildLoadRecipeOptions('virtual', folder)), 'bootloader'),
  );
  const { board, port, probe, close } = await boardOnProbe();
  const read = (offset: number): Uint8Array => board.flash.read(BOOTLOADER_ADDRESS + offset, 16);
  const isPartWritten = (): boolean =>
    read(0).every((byte, at) => byte === bytes[at]) && read(bytes.length - 16).every((byte) => byte === 0xff);
  await killedWhileWriting({ folder, recipe, tcpPort: probe.port, port, isPartWritten });
  await close();

  const left = board.flash.read(BOOTLOADER_ADDRESS, bytes.length);
  const writtenBytes = left.findIndex((byte, at) => byte !== bytes[at]);
  expect(writtenBytes).toBeGreaterThan(0);
  expect(left.subarray(-2_048).every((byte) => byte === 0xff)).toBe(true);
  process.stdout.write(`killed while it wrote: ${writtenBytes} of ${bytes.length} bytes are there\n`);

  const unit: UnitIdentity = { label: LABEL };
  const { runs } = await shift({ folder, batch: 'after', recipe }, async (line) => {
    expect(line.events).toContainEqual(
      expect.objectContaining({
        type: 'station-fault-raised',
        code: 'station/interrupted-runs',
        message: expect.stringContaining(`${LABEL} at fixture 4 (left half-written: bootloader)`),
      }),
    );
    const [killed] = await line.record.history.findRunsOfUnit(unit, 'photon-rework');
    expect(killed).toMatchObject({ result: 'interrupted', failure: { code: 'run/half-flashed' } });
    expect(await line.record.history.findOpenWriteIntents(unit)).toMatchObject([
      { image: 'bootloader', address: BOOTLOADER_ADDRESS, sizeBytes: 15_124 },
    ]);
    await line.test({ label: LABEL, board }, 4);
    expect(await line.record.history.findOpenWriteIntents(unit)).toEqual([]);
  });
  expect(runs[0]).toMatchObject({ result: 'pass', verdict: { disposition: 'pass', marks: ['reworked', 'resumed'] } });
  expect(board.flash.read(BOOTLOADER_ADDRESS, bytes.length)).toEqual(bytes);
});

it('a probe that hangs in the middle of a write is the station’s trouble, and the unit is kept as half-written', async () => {
  const { board, port, probe, close } = await boardOnProbe();
  port.faults = { hangsAfterCommands: LATER_THAN_A_LOOK };
  const address = { kind: 'virtual-swd', port: probe.port, serialNumber: null } as const;
  const open = async () => createOpenocdProbe({ address, clock: systemClock, timeoutMs: IMPATIENCE_MS });
  const { runs } = await shift(
    { recipe: onSyntheticImages('photon-rework'), probe: (clock) => createRealTimeProbe('rework', open, clock) },
    async (line) => {
      const recorded = line.next('run-recorded', 4);
      line.start({ label: LABEL, board }, 4);
      await recorded;
      expect(await line.record.history.findOpenWriteIntents({ label: LABEL })).toMatchObject([{ image: 'bootloader' }]);
    },
  );
  await close();
  expect(runs[0]).toMatchObject({ result: 'error', error: { code: 'swd/probe-hung' }, failure: null });
  expect(runs[0]!.error!.hint).toContain('half-written');
  expect(['hold', 'retest']).toContain(runs[0]!.verdict.disposition);
  expect(runs[0]!.verdict.countsAgainstUnit).toBe(false);
});

/** A board with an old bootloader on a probe that outlives the station which uses it. */
async function boardOnProbe() {
  const board = createBoardFactory().createPhoton({
    generation: 'spark-2014-11-20',
    random: createSeededRandom(LABEL),
  });
  const bench = createBench({ clock: systemClock, ports: [PORT_PATH] });
  bench.plug(PORT_PATH, board);
  const port = new WatchedPort(bench.getProbeContact(PORT_PATH), systemClock);
  const probe = await serveStlinks([{ serialNumber: 'V4', port }]);
  const close = async (): Promise<void> => {
    await probe.close();
    bench.unplug(PORT_PATH);
  };
  return { board, port, probe, close };
}

interface Killing {
  readonly folder: string;
  readonly recipe: string;
  readonly tcpPort: number;
  readonly port: WatchedPort;
  readonly isPartWritten: () => boolean;
}

/** Resolves when station and OpenOCD are both gone. The probe answers nothing between the kill and the station's end. */
async function killedWhileWriting({ folder, recipe, tcpPort, port, isPartWritten }: Killing): Promise<void> {
  const child = spawn(
    process.execPath,
    ['test/suites/openocd/killed.child.ts', folder, recipe, LABEL, String(tcpPort)],
    // What it leaves behind goes away with the folder.
    { stdio: ['ignore', 'inherit', 'inherit'], env: { ...process.env, TMPDIR: folder } },
  );
  let openocdGone: Promise<void> | undefined;
  port.onCommand = () => {
    if (openocdGone || !isPartWritten()) return;
    openocdGone = port.nextLettingGo();
    killAndSeeGone(child);
  };
  await new Promise<void>((resolve, reject) => {
    child.once('exit', (code) =>
      openocdGone ? resolve() : reject(new Error(`it ended with ${code} before it wrote`)),
    );
  });
  await openocdGone;
}

function killAndSeeGone(child: ChildProcess): void {
  child.kill('SIGKILL');
  for (let look = 0; existsSync(`/proc/${child.pid}/exe`); look += 1) {
    if (look === MAX_LOOKS) throw new Error('the killed station does not go');
  }
}
