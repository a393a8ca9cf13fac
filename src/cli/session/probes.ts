// The debug probes of a station: OpenOCD on the real ones, or on the bench's, which are served only when first asked for.
import { systemClock, type VirtualClock } from '../../base/clock.ts';
import type { VirtualBench } from '../../bench/bench.ts';
import { serveBitbang } from '../../bench/debug-port/bitbang-server.ts';
import { DebugPort } from '../../bench/debug-port/debug-port.ts';
import type { ProbeServer } from '../../bench/debug-port/probe-server.ts';
import { serveStlinks } from '../../bench/debug-port/stlink-server.ts';
import type { DebugProbe } from '../../equipment/debug-probe.ts';
import { createOpenocdProbe } from '../../equipment/drivers/openocd/openocd-probe.ts';
import type { ProbePlan, StationPlan } from '../../station/file/station-plan.ts';

/** Probes by the number of their fixture. */
export interface StationProbes {
  readonly probeFor: (fixture: number) => DebugProbe | null;
  close(): Promise<void>;
}

/** The probes that a real station names. One of kind `virtual` has nothing to be plugged into there. */
export function createRealProbes(plan: StationPlan): StationProbes {
  const probes = new Map(plan.fixtures.map(({ number, probe }) => [number, createRealProbe(probe)]));
  return { probeFor: (fixture) => probes.get(fixture) ?? null, close: () => Promise.resolve() };
}

function createRealProbe(probe: ProbePlan | null): DebugProbe | null {
  if (!probe || probe.kind === 'virtual' || probe.kind === 'virtual-jtag') return null;
  const { kind, serialNumber, usb } = probe;
  return createOpenocdProbe({ address: { kind, serialNumber, usb }, clock: systemClock });
}

/** A virtual ST-LINK, or a JTAG adapter, at each fixture of the bench whose plan names a probe. OpenOCD is another process: while it works, the bench's time passes as it really does. */
export function createBenchProbes(plan: StationPlan, bench: VirtualBench, clock: VirtualClock): StationProbes {
  const servers: Promise<ProbeServer>[] = [];
  const probes = new Map(
    plan.fixtures.flatMap(({ number, portPath, probe }) => {
      if (!probe) return [];
      const serialNumber = probe.serialNumber ?? `V${number}`;
      const open = async (): Promise<DebugProbe> => {
        const port = new DebugPort(bench.getProbeContact(portPath), systemClock);
        const isJtag = probe.kind === 'virtual-jtag';
        const server = isJtag ? serveBitbang(port) : serveStlinks([{ serialNumber, port }]);
        servers.push(server);
        const { port: tcpPort } = await server;
        const address = isJtag
          ? ({ kind: 'virtual-jtag', port: tcpPort } as const)
          : ({ kind: 'virtual-swd', port: tcpPort, serialNumber } as const);
        return createOpenocdProbe({ address, clock: systemClock });
      };
      return [[number, createRealTimeProbe(`virtual ${serialNumber}`, open, clock)] as const];
    }),
  );
  return {
    probeFor: (fixture) => probes.get(fixture) ?? null,
    close: async () => {
      for (const server of servers) await (await server).close();
    },
  };
}

/** A probe of another process, opened when it is first used: while it works, the bench's time passes as it really does. */
export function createRealTimeProbe(name: string, open: () => Promise<DebugProbe>, clock: VirtualClock): DebugProbe {
  let opened: Promise<DebugProbe> | undefined;
  const using = <Result>(deed: (probe: DebugProbe) => Promise<Result>): Promise<Result> => {
    opened ??= open();
    return clock.runAtRealPace(opened.then(deed));
  };
  return {
    name,
    examine: (options) => using((probe) => probe.examine(options)),
    flash: (request, options) => using((probe) => probe.flash(request, options)),
    dump: (region, options) => using((probe) => probe.dump(region, options)),
    setReadProtection: (level, options) => using((probe) => probe.setReadProtection(level, options)),
  };
}
