// A virtual bench worked by a person: units are put in, moved, scanned and taken out from another terminal, by fixture number.
import { dirname } from 'node:path';
import type { Clock } from '../../base/clock.ts';
import { makeFolder } from '../../base/make-folder.ts';
import type { Random } from '../../base/random.ts';
import type { VirtualBench } from '../../bench/bench.ts';
import { BENCH_SOCKET, type ControllableBench, serveBenchControl } from '../../bench/bench-control.ts';
import { createDfuDevice } from '../../bench/dfu-device/dfu-device-board.ts';
import { dfuPersonalities } from '../../bench/dfu-device/dfu-personality.ts';
import type { PortPath } from '../../equipment/usb.ts';
import type { Recipe } from '../../recipe/recipe.ts';
import { createDemoUnits, type DemoUnit } from '../../simulation/demo/demo-units.ts';
import type { FixturePlace, Station } from '../../station/interface/contracts.ts';

export interface HandBenchOptions {
  readonly clock: Clock;
  readonly bench: VirtualBench;
  readonly station: Pick<Station, 'scan'>;
  readonly fixtures: readonly Pick<FixturePlace, 'number' | 'portPath'>[];
  readonly unit: Recipe['unit'];
  readonly random: Random;
  /** Labels count up from here. */
  readonly firstLabel: number;
}

/** How exactly the time of an act is known. */
const TICK_MS = 50;

const NO_SOCKET = { code: 'bench/no-socket', hint: 'Check that the folder one works in may be written.' } as const;

/** Takes orders of `flashline bench` in this folder until closed. Throws StationError `bench/already-served`. */
export async function serveHandBench(options: HandBenchOptions): Promise<{ close(): void }> {
  makeFolder(dirname(BENCH_SOCKET), NO_SOCKET);
  const control = await serveBenchControl(BENCH_SOCKET, createHandBench(options));
  const { clock } = options;
  // A virtual clock stands still while nothing is due; a person acts at any time.
  const tick = (): void => {
    timer = clock.setTimeout(tick, TICK_MS);
  };
  let timer = clock.setTimeout(tick, TICK_MS);
  return {
    close: () => {
      clock.clearTimeout(timer);
      control.close();
    },
  };
}

/** A unit in a fixture; `label` is what is printed on it. */
type HandUnit = Omit<DemoUnit, 'fault'> & { readonly fault: DemoUnit['fault'] | null };

function createHandBench({ bench, station, fixtures, unit, random, firstLabel }: HandBenchOptions): ControllableBench {
  const units = new Map<PortPath, HandUnit>();
  let count = 0;
  const findPort = (name: PortPath): PortPath => {
    const fixture = fixtures.find(({ number, portPath }) => String(number) === name || portPath === name);
    if (!fixture) throw new RangeError(`there is no fixture ${name}`);
    return fixture.portPath;
  };
  const findUnit = (name: PortPath): HandUnit => {
    const found = units.get(findPort(name));
    if (!found) throw new RangeError(`fixture ${name} is empty`);
    return found;
  };
  const put = (name: PortPath, next: HandUnit): void => {
    const port = findPort(name);
    if (units.has(port)) throw new RangeError(`there is a unit in fixture ${name}`);
    bench.plug(port, next.board);
    units.set(port, next);
  };
  const lift = (name: PortPath): boolean => {
    const port = findPort(name);
    units.delete(port);
    return bench.unplug(port) !== undefined;
  };
  const make = (fault: DemoUnit['fault']): DemoUnit => {
    const isGood = fault === 'good';
    const label = { unit, firstLabel: firstLabel + count };
    count += 1;
    return createDemoUnits(random.fork(String(count)), isGood ? [] : [fault], isGood ? 1 : 0, label)[0]!;
  };
  return {
    plug: (name, fault) => put(name, make(fault)),
    plugDevice: (name, family) => {
      const board = createDfuDevice({ personality: dfuPersonalities[family] });
      put(name, { label: make('good').label, fault: null, board });
    },
    unplug: lift,
    move: (from, to) => {
      const moved = findUnit(from);
      if (units.has(findPort(to))) throw new RangeError(`there is a unit in fixture ${to}`);
      lift(from);
      put(to, moved);
    },
    scan: (name) => station.scan(findUnit(name).label),
    switchPower: (name, on) => {
      const power = bench.getPowerSwitch(findPort(name));
      void (on ? power.turnOn() : power.turnOff());
    },
    listPorts: () =>
      fixtures.map(({ number, portPath }) => {
        const there = units.get(portPath);
        return {
          portPath: String(number),
          board: there?.label ?? null,
          fault: there?.fault ?? null,
          kind: there?.board.presence?.kind ?? null,
          isConnected: false,
          requestCount: 0,
        };
      }),
    hashFlash: () => null,
  };
}
