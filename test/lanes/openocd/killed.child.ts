// The station that is killed: it reworks one unit, and says on its standard output when the probe is in the middle of a write.
import { writeSync } from 'node:fs';
import { seededRandom } from '../../../src/base/random.ts';
import { createBoardStock } from '../../../src/bench/board-stock.ts';
import { shift } from '../../journeys/line.ts';

const [folder, recipe, label] = process.argv.slice(2) as [string, string, string];
const board = createBoardStock().photon({ generation: 'v2.3.1', random: seededRandom(label) });
await shift({ folder, batch: 'rework', recipe }, async (line) => {
  line.station.subscribe((event) => {
    const isWriting = event.type === 'step-progressed' && event.stage.startsWith('write') && event.done >= 2;
    if (isWriting) writeSync(1, 'writing\n');
  });
  await line.test({ label, board }, 4);
});
