// Holds the virtual bench in process to the contracts of USB and of serial ports.
import { createVirtualClock } from '../../src/base/clock.ts';
import { createSeededRandom } from '../../src/base/random.ts';
import { createBench } from '../../src/bench/bench.ts';
import { createPhoton } from '../../src/bench/photon/photon-board.ts';
import { testSerialContract } from './serial-contract.ts';
import { testUsbContract } from './usb-contract.ts';

const PORT = '1-4.1';

testUsbContract('the virtual bench', async () => subjectWith({}));
testSerialContract('the virtual bench', async () => subjectWith({ release: '2.3.1' }));

function subjectWith(options: { readonly release?: string }) {
  const clock = createVirtualClock();
  clock.runFreely();
  const bench = createBench({ clock, ports: [PORT] });
  const board = createPhoton({ random: createSeededRandom(1), ...options });
  return {
    usb: bench.usb,
    serial: bench.serial,
    portPath: PORT,
    plug: async () => bench.plug(PORT, board),
    unplug: async () => void bench.unplug(PORT),
    wait: (ms: number) => clock.sleep(ms),
    nowMs: () => clock.readMonotonicMs(),
    close: async () => {
      clock.stop();
      await bench.usb.close();
    },
  };
}
