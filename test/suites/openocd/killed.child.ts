// The station that is killed: it reworks a unit on a probe that outlives it.
import { systemClock } from '../../../src/base/clock.ts';
import { createSeededRandom } from '../../../src/base/random.ts';
import { createBoardFactory } from '../../../src/bench/photon/board-factory.ts';
import { createRealTimeProbe } from '../../../src/cli/session/probes.ts';
import { createOpenocdProbe } from '../../../src/equipment/drivers/openocd/openocd-probe.ts';
import { shift } from '../../e2e/virtual-line.ts';

const [folder, recipe, label, port] = process.argv.slice(2) as [string, string, string, string];
const address = { kind: 'virtual-swd', port: Number(port), serialNumber: null } as const;
const elsewhere = createBoardFactory().createPhoton({ random: createSeededRandom(label) });
await shift(
  {
    ...{ folder, batch: 'rework', recipe },
    probe: (clock) =>
      createRealTimeProbe('rework', async () => createOpenocdProbe({ address, clock: systemClock }), clock),
  },
  async (line) => {
    const ended = line.next('run-recorded', 4);
    line.start({ label, board: elsewhere }, 4);
    await ended;
  },
);
