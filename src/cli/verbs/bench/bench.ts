// `flashline bench ...`: virtual units plugged into a real kernel, and the faults they can have, without any hardware.

import { BENCH_SOCKET, type BenchCommand, sendBenchCommand } from '../../../bench/bench-control.ts';
import { dfuPersonalities } from '../../../bench/dfu-device/dfu-personality.ts';
import { faultNames, faults } from '../../../bench/faults/fault-library.ts';
import type { PortPath } from '../../../equipment/usb.ts';
import { formatDeviceUsbId } from '../../../recipe/unit/device-at-port.ts';
import { readDeviceName } from '../../input/device-name.ts';
import { readFaultNames } from '../../input/fault-names.ts';
import { parsePositiveNumber } from '../../options/arguments.ts';
import type { Cli, VerbInput } from '../verb.ts';
import {
  DEFAULT_TCP_PORT,
  type moveVerb,
  type plugVerb,
  type scanVerb,
  type serveVerb,
  type unplugVerb,
} from './bench-verbs.ts';
import { serveBench } from './serve-bench.ts';

export async function serveVirtualBench(cli: Cli, options: VerbInput<typeof serveVerb>): Promise<void> {
  await serveBench(cli.terminal, {
    way: options.vhci ? 'vhci' : 'tcp',
    tcpPort: parsePositiveNumber(typeof options.tcp === 'string' ? options.tcp : DEFAULT_TCP_PORT, '--tcp'),
    host: options.host,
    portCount: parsePositiveNumber(options.ports, '--ports'),
    plugAll: options.plug ?? null,
    seed: options.seed,
  });
}

export async function plugUnit(cli: Cli, input: VerbInput<typeof plugVerb>): Promise<void> {
  const port = input.port as PortPath;
  if (input.device !== undefined)
    return sendBenchOrder(cli, { do: 'plug-device', port, device: readDeviceName(input.device) });
  const [fault = 'good'] = readFaultNames(input.fault);
  await sendBenchOrder(cli, { do: 'plug', port, fault });
}

export async function unplugUnit(cli: Cli, { port }: VerbInput<typeof unplugVerb>): Promise<void> {
  await sendBenchOrder(cli, { do: 'unplug', port: port as PortPath });
}

export async function placeUnitElsewhere(cli: Cli, { port, to }: VerbInput<typeof moveVerb>): Promise<void> {
  await sendBenchOrder(cli, { do: 'move', port: port as PortPath, to: to as PortPath });
}

export async function readUnitLabel(cli: Cli, { port }: VerbInput<typeof scanVerb>): Promise<void> {
  await sendBenchOrder(cli, { do: 'scan', port: port as PortPath });
}

export async function listPorts(cli: Cli): Promise<void> {
  await sendBenchOrder(cli, { do: 'list' });
}

export function listFaults({ terminal }: Cli): void {
  const width = Math.max(...faultNames.map((name) => name.length));
  for (const name of faultNames) terminal.writeOut(`${name.padEnd(width)}  ${faults[name].summary}\n`);
}

export function listDevices({ terminal }: Cli): void {
  const width = Math.max(...Object.keys(dfuPersonalities).map((name) => name.length));
  for (const [name, device] of Object.entries(dfuPersonalities)) {
    const protocol = device.protocol === 'dfuse' ? 'DfuSe' : 'plain DFU';
    terminal.writeOut(`${name.padEnd(width)}  ${formatDeviceUsbId(device)}  ${protocol.padEnd(9)}  ${device.name}\n`);
  }
}

async function sendBenchOrder(cli: Cli, given: BenchCommand): Promise<void> {
  const { ports } = await sendBenchCommand(BENCH_SOCKET, given);
  for (const { portPath, board, fault, kind, isConnected } of ports) {
    const name = fault === null ? board : `${fault}: ${board}`;
    const state = board === null ? 'empty' : `${name}, ${kind ?? 'not on the bus'}`;
    cli.terminal.writeOut(`${portPath.padEnd(8)} ${state}${isConnected ? ', taken by a host' : ''}\n`);
  }
}
