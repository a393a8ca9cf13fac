// A station that is killed while the probe writes: what comes after it knows that the unit was left half-written, and says so.
import { spawn } from 'node:child_process';
import { afterAll, expect, it } from 'vitest';
import { seededRandom } from '../../../src/base/random.ts';
import { createBoardStock } from '../../../src/bench/board-stock.ts';
import type { UnitIdentity } from '../../../src/model/unit.ts';
import { newFolder, onSyntheticImages, removeFolders, shift } from '../../journeys/line.ts';

afterAll(removeFolders);

const LABEL = 'P000000009';
const HALF_THE_BOOTLOADER = 8_192;

it('finds the unit half-written after it was killed in the middle of a write, and passes it only as resumed', async () => {
  const folder = newFolder();
  const recipe = onSyntheticImages('photon-rework');
  await killedWhileWriting(folder, recipe);
  const board = createBoardStock().photon({ generation: 'v2.3.1', random: seededRandom(LABEL) });
  board.flash.plant(0x0800_0000 + HALF_THE_BOOTLOADER, new Uint8Array(HALF_THE_BOOTLOADER).fill(0xff));
  const unit: UnitIdentity = { label: LABEL };
  const { runs } = await shift({ folder, batch: 'after', recipe }, async (line) => {
    const open = await line.record.history.openIntents(unit);
    expect(open).toMatchObject([{ image: 'bootloader', address: 0x0800_0000, sizeBytes: 15_124 }]);
    const [killed] = await line.record.history.runsOfUnit(unit, 'photon-rework');
    expect(killed).toMatchObject({ result: 'interrupted' });
    await line.test({ label: LABEL, board }, 4);
    expect(await line.record.history.openIntents(unit)).toEqual([]);
  });
  expect(runs[0]).toMatchObject({ result: 'pass', verdict: { disposition: 'pass', marks: ['reworked', 'resumed'] } });
});

function killedWhileWriting(folder: string, recipe: string): Promise<void> {
  const child = spawn(process.execPath, ['test/lanes/openocd/killed.child.ts', folder, recipe, LABEL], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  return new Promise((resolve, reject) => {
    let isWriting = false;
    child.stdout.on('data', () => {
      isWriting = true;
      child.kill('SIGKILL');
    });
    child.once('exit', (code) => (isWriting ? resolve() : reject(new Error(`it ended with ${code} before it wrote`))));
  });
}
