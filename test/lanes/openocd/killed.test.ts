// A station that is killed while the probe writes: its OpenOCD stops, the unit is half-written, and the next station says so.
import { spawn } from 'node:child_process';
import { afterAll, expect, it } from 'vitest';
import { systemClock } from '../../../src/base/clock.ts';
import { seededRandom } from '../../../src/base/random.ts';
import { createBench } from '../../../src/bench/bench.ts';
import { createBoardStock } from '../../../src/bench/board-stock.ts';
import { DebugPort } from '../../../src/bench/debug-port/debug-port.ts';
import { serveStlinks } from '../../../src/bench/debug-port/stlink-server.ts';
import { recipeSurroundings } from '../../../src/cli/recipes.ts';
import type { UnitIdentity } from '../../../src/model/unit.ts';
import { loadRecipe } from '../../../src/recipe/load-recipe.ts';
import { imageNamed } from '../../../src/recipe/recipe.ts';
import { newFolder, onSyntheticImages, removeFolders, shift } from '../../journeys/line.ts';

afterAll(removeFolders);

const LABEL = 'P000000009';
const PORT_PATH = '1-1';
const BOOTLOADER_ADDRESS = 0x0800_0000;

/** A connector that tells when a program has let it go. */
class WatchedPort extends DebugPort {
  #letGo: () => void = () => undefined;

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
  const { bytes } = imageNamed(loadRecipe(recipe, recipeSurroundings('virtual', folder)), 'bootloader');
  const board = createBoardStock().photon({ generation: 'spark-2014-11-20', random: seededRandom(LABEL) });
  const bench = createBench({ clock: systemClock, ports: [PORT_PATH] });
  bench.plug(PORT_PATH, board);
  const port = new WatchedPort(bench.contactFor(PORT_PATH), systemClock);
  const probe = await serveStlinks([{ serialNumber: 'V4', port }]);
  await killedWhileWriting({ folder, recipe, tcpPort: probe.port, port });
  await probe.close();
  bench.unplug(PORT_PATH);

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
    const [killed] = await line.record.history.runsOfUnit(unit, 'photon-rework');
    expect(killed).toMatchObject({ result: 'interrupted', failure: { code: 'run/half-flashed' } });
    expect(await line.record.history.openIntents(unit)).toMatchObject([
      { image: 'bootloader', address: BOOTLOADER_ADDRESS, sizeBytes: 15_124 },
    ]);
    await line.test({ label: LABEL, board }, 4);
    expect(await line.record.history.openIntents(unit)).toEqual([]);
  });
  expect(runs[0]).toMatchObject({ result: 'pass', verdict: { disposition: 'pass', marks: ['reworked', 'resumed'] } });
  expect(board.flash.read(BOOTLOADER_ADDRESS, bytes.length)).toEqual(bytes);
});

interface Killing {
  readonly folder: string;
  readonly recipe: string;
  readonly tcpPort: number;
  readonly port: WatchedPort;
}

/** Resolves when station and OpenOCD are both gone. */
async function killedWhileWriting({ folder, recipe, tcpPort, port }: Killing): Promise<void> {
  const child = spawn(
    process.execPath,
    ['test/lanes/openocd/killed.child.ts', folder, recipe, LABEL, String(tcpPort)],
    {
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  let openocdGone: Promise<void> | undefined;
  await new Promise<void>((resolve, reject) => {
    child.stdout.once('data', () => {
      openocdGone = port.nextLettingGo();
      child.kill('SIGKILL');
    });
    child.once('exit', (code) =>
      openocdGone ? resolve() : reject(new Error(`it ended with ${code} before it wrote`)),
    );
  });
  await openocdGone;
}
