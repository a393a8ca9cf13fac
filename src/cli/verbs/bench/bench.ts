// `flashline bench ...`: virtual units plugged into a real kernel, and the faults they can have, without any hardware.
import type { BenchCommand } from '../../../bench/bench-control.ts';
import type { PortPath } from '../../../equipment/usb.ts';
import { parsePositiveNumber } from '../../options/arguments.ts';
import type { AddVerb, Cli } from '../program.ts';

const DEFAULT_PORTS = '8';
const DEFAULT_TCP_PORT = '3240';

interface ServeOptions {
  readonly ports: string;
  readonly tcp?: string | true;
  readonly vhci?: boolean;
  readonly host: string;
  readonly plug?: string;
  readonly seed: string;
}

export const addBench: AddVerb = (program, cli) => {
  const bench = program
    .command('bench')
    .description('virtual units for a real kernel: serve, plug, unplug, list, faults, devices');
  bench
    .command('serve')
    .description('offer virtual Photons over USB/IP until Ctrl-C; other terminals plug units in')
    .option('--vhci', 'plug into this machine’s own kernel (needs root and `modprobe vhci-hcd`)')
    .option('--tcp [port]', `listen for \`usbip attach\` (${DEFAULT_TCP_PORT} unless said; the default)`)
    .option('--host <address>', 'address to listen on', '127.0.0.1')
    .option('--ports <count>', 'how many ports the bench has', DEFAULT_PORTS)
    .option('--plug <fault>', 'put a unit with this fault (or `good`) into every port at once')
    .option('--seed <text>', 'what decides how units differ', '1')
    .action(async (options: ServeOptions) => serveVirtualBench(cli, options));
  bench
    .command('plug')
    .description('put a unit into a port of the served bench')
    .argument('<port>', 'as `flashline bench list` shows it')
    .argument('[fault]', 'a Photon with this fault, as `flashline bench faults` lists them', 'good')
    .option('--device <name>', 'instead of a Photon: a device as `flashline bench devices` lists them, in DFU mode')
    .action(async (port: PortPath, name: string, options: { device?: string }) => {
      if (options.device !== undefined) {
        const { readDeviceName } = await import('../../input/device-name.ts');
        return sendBenchOrder(cli, { do: 'plug-device', port, device: readDeviceName(options.device) });
      }
      const { readFaultNames } = await import('../../input/fault-names.ts');
      const [fault = 'good'] = readFaultNames(name);
      return sendBenchOrder(cli, { do: 'plug', port, fault });
    });
  bench
    .command('unplug')
    .description('take the unit out of a port')
    .argument('<port>', 'the port')
    .action(async (port: PortPath) => sendBenchOrder(cli, { do: 'unplug', port }));
  bench
    .command('list')
    .description('show what is in which port')
    .action(async () => sendBenchOrder(cli, { do: 'list' }));
  bench
    .command('faults')
    .description('list the faults that a unit can have')
    .action(async () => {
      const { faultNames, faults } = await import('../../../bench/faults/fault-library.ts');
      const width = Math.max(...faultNames.map((name) => name.length));
      for (const name of faultNames) cli.terminal.writeOut(`${name.padEnd(width)}  ${faults[name].summary}\n`);
    });
  bench
    .command('devices')
    .description('list the devices of other families that the bench has, with their USB id and the DFU they speak')
    .action(async () => {
      const { dfuPersonalities } = await import('../../../bench/dfu-device/dfu-personality.ts');
      const { formatDeviceUsbId } = await import('../../../recipe/unit/device-at-port.ts');
      const width = Math.max(...Object.keys(dfuPersonalities).map((name) => name.length));
      for (const [name, device] of Object.entries(dfuPersonalities)) {
        const protocol = device.protocol === 'dfuse' ? 'DfuSe' : 'plain DFU';
        cli.terminal.writeOut(
          `${name.padEnd(width)}  ${formatDeviceUsbId(device)}  ${protocol.padEnd(9)}  ${device.name}\n`,
        );
      }
    });
};

async function serveVirtualBench(cli: Cli, options: ServeOptions): Promise<void> {
  const { serveBench } = await import('./serve-bench.ts');
  await serveBench(cli.terminal, {
    way: options.vhci ? 'vhci' : 'tcp',
    tcpPort: parsePositiveNumber(typeof options.tcp === 'string' ? options.tcp : DEFAULT_TCP_PORT, '--tcp'),
    host: options.host,
    portCount: parsePositiveNumber(options.ports, '--ports'),
    plugAll: options.plug ?? null,
    seed: options.seed,
  });
}

async function sendBenchOrder(cli: Cli, given: BenchCommand): Promise<void> {
  const { sendBenchCommand, BENCH_SOCKET } = await import('../../../bench/bench-control.ts');
  const { ports } = await sendBenchCommand(BENCH_SOCKET, given);
  for (const { portPath, board, fault, kind, isConnected } of ports) {
    const name = fault === null ? board : `${fault}: ${board}`;
    const state = board === null ? 'empty' : `${name}, ${kind ?? 'not on the bus'}`;
    cli.terminal.writeOut(`${portPath.padEnd(8)} ${state}${isConnected ? ', taken by a host' : ''}\n`);
  }
}
