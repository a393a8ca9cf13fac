// The station that is killed: it reworks a unit on a probe that outlives it.
import { systemClock } from '../../../src/base/clock.ts';
import { seededRandom } from '../../../src/base/random.ts';
import { createBoardStock } from '../../../src/bench/photon/board-factory.ts';
import { atRealPace } from '../../../src/cli/session/probes.ts';
import { openocdProbe } from '../../../src/equipment/drivers/openocd/openocd-probe.ts';
import { shift } from '../../e2e/virtual-line.ts';

const [folder, recipe, label, port] = process.argv.slice(2) as [string, string, string, string];
const address = { kind: 'virtual-swd', port: Number(port), serialNumber: null } as const;
const elsewhere = createBoardStock().photon({ random: seededRandom(label) });
await shift(
  {
    ...{ folder, batch: 'rework', recipe },
    probe: (clock) => atRealPace('rework', async () => openocdProbe({ address, clock: systemClock }), clock),
  },
  async (line) => {
    const ended = line.next('run-recorded', 4);
    line.start({ label, board: elsewhere }, 4);
    await ended;
  },
);
