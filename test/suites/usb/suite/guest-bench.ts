// The served bench as the guest's tests see it: orders over its socket, and real equipment behind the kernel.
import { systemClock } from '../../../../src/base/clock.ts';
import { BENCH_SOCKET, type BenchCommand, sendBenchCommand } from '../../../../src/bench/bench-control.ts';
import type { DfuPersonalityName } from '../../../../src/bench/dfu-device/dfu-personality.ts';
import type { FaultName } from '../../../../src/bench/faults/fault-library.ts';
import type { PlannedTransferFault, ServedPortState } from '../../../../src/bench/served-bench.ts';
import type { PowerSwitch } from '../../../../src/equipment/power-switch.ts';
import type { PortPath } from '../../../../src/equipment/usb.ts';

const START_LIMIT_MS = 60_000;
const LOOK_EVERY_MS = 50;

/** Ports of the bench once it answers, one of each root hub in turn. */
export async function benchPorts(): Promise<readonly PortPath[]> {
  const startMs = systemClock.readMonotonicMs();
  for (;;) {
    try {
      return (await listPorts()).map(({ portPath }) => portPath);
    } catch (error) {
      if (systemClock.readMonotonicMs() - startMs > START_LIMIT_MS) throw error;
      await systemClock.sleep(LOOK_EVERY_MS);
    }
  }
}

export async function listPorts(): Promise<readonly ServedPortState[]> {
  return (await order({ do: 'list' })).ports;
}

export async function plug(port: PortPath, fault: FaultName, mishap?: PlannedTransferFault): Promise<void> {
  await order({ do: 'plug', port, fault, ...(mishap && { mishap }) });
}

/** A device of a DFU family, in DFU mode. */
export async function plugDevice(port: PortPath, device: DfuPersonalityName): Promise<void> {
  await order({ do: 'plug-device', port, device });
}

export async function unplug(port: PortPath): Promise<void> {
  await order({ do: 'unplug', port });
}

/** Takes out whatever is in the port. */
export async function empty(port: PortPath): Promise<void> {
  if ((await listPorts()).some(({ portPath, board }) => portPath === port && board !== null)) await unplug(port);
}

export async function flashSha256(port: PortPath, address: number, sizeBytes: number): Promise<string> {
  return (await order({ do: 'flash-sha256', port, address, sizeBytes })).sha256 ?? '';
}

/** The bench's own switch: vhci has no power to switch. */
export function benchPower(port: PortPath): PowerSwitch {
  return {
    name: `bench port ${port}`,
    turnOff: async () => void (await order({ do: 'power', port, on: false })),
    turnOn: async () => void (await order({ do: 'power', port, on: true })),
  };
}

function order(given: BenchCommand): ReturnType<typeof sendBenchCommand> {
  return sendBenchCommand(BENCH_SOCKET, given);
}
