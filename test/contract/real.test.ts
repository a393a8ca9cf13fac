// Holds the drivers to the contracts over real hardware, when the environment names a port with a Photon behind a switching hub.
import { describe, it } from 'vitest';
import { systemClock } from '../../src/base/clock.ts';
import { createHubPowerSwitch } from '../../src/equipment/drivers/hub-power.ts';
import { createNodeSerialPorts } from '../../src/equipment/drivers/serial/node-serialport.ts';
import { createNodeUsbBus } from '../../src/equipment/drivers/usb/node-usb.ts';
import { testSerialContract } from './serial-contract.ts';
import { testUsbContract } from './usb-contract.ts';

/** `1-4.3`: port 3 of the hub at 1-4, which can switch it. */
const PORT = process.env['FLASHLINE_REAL_PORT'];
/** What is at the port: a Photon without a system (`dfu`), or one that runs and knows no network (`running`). */
const UNIT = process.env['FLASHLINE_REAL_UNIT'] === 'running' ? 'running' : 'dfu';

if (PORT === undefined) {
  describe('the contracts over real hardware', () => {
    it.skip('need FLASHLINE_REAL_PORT=1-4.3 (a hub port that can be switched) and FLASHLINE_REAL_UNIT=dfu or running');
  });
} else {
  if (UNIT === 'dfu') testUsbContract('real hardware', async () => subjectAt(PORT));
  else testSerialContract('real hardware', async () => subjectAt(PORT));
}

function subjectAt(portPath: string) {
  const usb = createNodeUsbBus(systemClock);
  const dot = portPath.lastIndexOf('.');
  const place = { hub: portPath.slice(0, dot), port: Number(portPath.slice(dot + 1)) };
  const power = createHubPowerSwitch({ ...place, usb, clock: systemClock });
  return {
    usb,
    serial: createNodeSerialPorts(systemClock),
    portPath,
    plug: () => power.turnOn(),
    unplug: () => power.turnOff(),
    wait: (ms: number) => systemClock.sleep(ms),
    nowMs: () => systemClock.readMonotonicMs(),
    close: async () => {
      await power.turnOff();
      await usb.close();
    },
  };
}
