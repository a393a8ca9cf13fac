// The contract suites over npm usb, npm serialport and the kernel: the same sentences as over the bench in process.
import { systemClock } from '../../../../src/base/clock.ts';
import type { FaultName } from '../../../../src/bench/faults/fault-library.ts';
import { createNodeSerialPorts } from '../../../../src/equipment/drivers/serial/node-serialport.ts';
import { createNodeUsbBus } from '../../../../src/equipment/drivers/usb/node-usb.ts';
import type { PortPath } from '../../../../src/equipment/usb.ts';
import { testSerialContract } from '../../../contract/serial-contract.ts';
import { testUsbContract } from '../../../contract/usb-contract.ts';
import { empty, plug, unplug } from './guest-bench.ts';

export function defineContracts(port: PortPath): void {
  testUsbContract('the real stack', async () => subjectWith(port, 'blank'));
  testSerialContract('the real stack', async () => subjectWith(port, 'good'));
}

function subjectWith(portPath: PortPath, unit: FaultName) {
  const usb = createNodeUsbBus(systemClock);
  return {
    usb,
    serial: createNodeSerialPorts(systemClock),
    portPath,
    plug: () => plug(portPath, unit),
    unplug: () => unplug(portPath),
    wait: (ms: number) => systemClock.sleep(ms),
    nowMs: () => systemClock.readMonotonicMs(),
    close: async () => {
      await usb.close();
      await empty(portPath);
    },
  };
}
