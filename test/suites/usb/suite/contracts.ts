// The contract suites over npm usb, npm serialport and the kernel: the same sentences as over the bench in process.
import { systemClock } from '../../../../src/base/clock.ts';
import type { FaultName } from '../../../../src/bench/faults/fault-library.ts';
import { createNodeSerialPorts } from '../../../../src/equipment/drivers/serial/node-serialport.ts';
import { createNodeUsbBus } from '../../../../src/equipment/drivers/usb/node-usb.ts';
import type { PortPath } from '../../../../src/equipment/usb.ts';
import { testSerialContract } from '../../../contract/serial-contract.ts';
import { testUsbContract } from '../../../contract/usb-contract.ts';
import { findGadgetPort, plugGadget, unplugGadget } from './gadget.ts';
import { empty, plug, unplug } from './guest-bench.ts';

export function defineContracts(port: PortPath): void {
  testUsbContract('the real stack', async () => subjectWith(port, 'blank'));
  testSerialContract('the real stack', async () => subjectWith(port, 'good'));
}

/**
 * The same, asked of the device in C on the guest's own device controller: neither body nor board is
 * the bench's. gadgetfs cuts an answer to what was asked for, so there is no babble, and has no
 * way on after a request without an answer.
 */
export function defineGadgetContract(): void {
  const neverAnswered = { requestType: 0xa1, request: 0x7f, value: 0, index: 0 };
  const habits = { neverAnswered, speaksAfterSilence: false, canBabble: false };
  testUsbContract('a device by another hand', async () => gadgetSubject(), habits);
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

/** In the guise of the Photon that the contract asks. */
function gadgetSubject() {
  const usb = createNodeUsbBus(systemClock);
  return {
    usb,
    portPath: findGadgetPort(),
    plug: async () => plugGadget('-p', '-d', '2b04:d006', '-a', '11'),
    unplug: unplugGadget,
    wait: (ms: number) => systemClock.sleep(ms),
    nowMs: () => systemClock.readMonotonicMs(),
    close: async () => {
      await usb.close();
      await unplugGadget();
    },
  };
}
