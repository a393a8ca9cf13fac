// A whole station on the virtual bench, from its files to its record and pages; the test is the person who works there.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createVirtualClock, type VirtualClock } from '../../src/base/clock.ts';
import { createSeededRandom } from '../../src/base/random.ts';
import { createBench, type VirtualBench } from '../../src/bench/bench.ts';
import type { VirtualBoard } from '../../src/bench/board/virtual-board.ts';
import { createFaultyBoard, type FaultName } from '../../src/bench/faults/fault-library.ts';
import { interceptBoard } from '../../src/bench/faults/intercepted-board.ts';
import { createBoardFactory } from '../../src/bench/photon/board-factory.ts';
import type { Photon } from '../../src/bench/photon/photon-board.ts';
import { buildLoadRecipeOptions } from '../../src/cli/input/load-recipe-options.ts';
import type { Terminal } from '../../src/cli/output/terminal.ts';
import { assembleStation, createBenchEquipment, type Equipment } from '../../src/cli/session/assemble-station.ts';
import { runSession } from '../../src/cli/session/run-session.ts';
import type { SessionResult } from '../../src/cli/session/session-result.ts';
import type { StationEvent } from '../../src/domain/events.ts';
import { toBatchFolderName, toUnitFileName } from '../../src/domain/file-name.ts';
import type { Person } from '../../src/domain/people/person.ts';
import type { RunRecord } from '../../src/domain/run/run.ts';
import type { DebugProbe } from '../../src/equipment/debug-probe.ts';
import { loadRecipe } from '../../src/recipe/load/load-recipe.ts';
import type { SpaceProbe } from '../../src/record/maintenance/disk-space.ts';
import type { StationRecord } from '../../src/record/open-record.ts';
import { loadStation } from '../../src/station/file/load-station.ts';
import { selectFixturesForRecipe } from '../../src/station/file/select-fixtures.ts';
import type { StationPlan } from '../../src/station/file/station-plan.ts';
import type { Station } from '../../src/station/interface/contracts.ts';

export const quality: Person = { id: 'Q. Uality', role: 'quality' };
export const technician: Person = { id: 'T. Nician', role: 'technician' };

/** A unit as a person holds it. */
export interface Unit {
  readonly label: string;
  readonly board: VirtualBoard;
}

/** What the person at the bench can do and see. */
export interface Line {
  readonly clock: VirtualClock;
  readonly bench: VirtualBench;
  readonly station: Station;
  readonly record: StationRecord;
  readonly plan: StationPlan;
  readonly runs: readonly RunRecord[];
  readonly events: readonly StationEvent[];
  /** Puts the unit in and scans its label when asked; resolves at once. */
  put(unit: Unit, fixture: number): void;
  /** Says that the unit is in the fixture, of which nothing is seen. */
  start(unit: Unit, fixture: number): void;
  lift(fixture: number): Unit;
  /** The next event of that type at that fixture. */
  next<Type extends StationEvent['type']>(type: Type, fixture: number): Promise<Extract<StationEvent, { type: Type }>>;
  /** Puts the unit in, waits for its result, takes it out again. */
  test(unit: Unit, fixture: number): Promise<RunRecord>;
  /** Puts the unit in, sees that nothing is done to it, takes it out again. */
  isTurnedAway(unit: Unit, fixture: number): Promise<boolean>;
}

export interface LineOptions {
  /** A recipe file; the demo's when left out. */
  readonly recipe?: string;
  /** Where fetched images are, for recipes that name such. */
  readonly firmware?: string;
  /** Where record and pages are; a folder of its own when left out. */
  readonly folder?: string;
  readonly batch?: string;
  /** Days after the first day. */
  readonly day?: number;
  /** How full the disk is said to be. */
  readonly spaceProbe?: SpaceProbe;
  /** The debug probe at every fixture, in place of the bench's own. */
  readonly probe?: (clock: VirtualClock) => DebugProbe;
  /** What is different in the station file. */
  readonly change?: (plan: StationPlan) => StationPlan;
}

/** What is left when the shift is over. */
export interface Journey extends SessionResult {
  readonly runs: readonly RunRecord[];
  /** The page of a run, as written. */
  page(run: RunRecord): string;
}

const MS_PER_DAY = 86_400_000;
const FIRST_DAY = Date.UTC(2026, 0, 5, 6, 0, 0);
/** A hand from the fixture to the next one. */
const HAND_MS = 800;
/** Long enough for any run to begin. */
const NOTHING_HAPPENS_MS = 10_000;

const folders: string[] = [];

/** A new folder that `removeFolders` takes away. */
export function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'flashline-journey-'));
  folders.push(folder);
  return folder;
}

export function removeFolders(): void {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
}

/** Works a shift through: the record is on the disk and the pages are written when it resolves. */
export async function shift(options: LineOptions, work: (line: Line) => Promise<void>): Promise<Journey> {
  const folder = options.folder ?? newFolder();
  const batch = options.batch ?? 'B1';
  const clock = createVirtualClock(FIRST_DAY + (options.day ?? 0) * MS_PER_DAY);
  const recipe = loadRecipe(
    options.recipe ?? 'recipes/photon-demo.yaml',
    buildLoadRecipeOptions('virtual', options.firmware ?? folder),
  );
  const plan = selectFixturesForRecipe(planIn(folder, options), recipe);
  const bench = createBench({ clock, ports: plan.fixtures.map(({ portPath }) => portPath) });
  const assembly = await assembleStation({
    plan,
    recipe,
    equipment: equipmentOf(plan, bench, clock, options.probe),
    batch: { name: batch, targetCount: null },
    operator: { id: 'kim', role: 'operator' },
    clock,
    random: createSeededRandom(`${batch}/${options.day ?? 0}`),
    ...(options.spaceProbe && { spaceProbe: options.spaceProbe }),
  });
  const line = lineOf({ clock, bench, plan, station: assembly.station, record: assembly.record });
  try {
    clock.runFreely();
    const reportsFolder = join(folder, 'reports');
    const end = await runSession({
      ...{ assembly, batch, reportsFolder, board: {} },
      ...{ terminal: nobodyLooks, showing: 'lines' as const },
      work: () => work(line),
    });
    const page = (run: RunRecord): string =>
      readFileSync(join(reportsFolder, toBatchFolderName(batch), 'units', `${toUnitFileName(run)}.html`), 'utf8');
    return { ...end, runs: line.runs, page };
  } finally {
    clock.stop();
    await assembly.close();
  }
}

const nobodyLooks: Terminal = {
  writeOut: () => undefined,
  writeErr: () => undefined,
  isInteractive: false,
  columns: 100,
  rows: 30,
  environment: {},
};

function equipmentOf(
  plan: StationPlan,
  bench: VirtualBench,
  clock: VirtualClock,
  probeAt: LineOptions['probe'],
): Equipment {
  const equipment = createBenchEquipment(plan, bench, clock);
  const probe = probeAt?.(clock);
  return probe ? { ...equipment, probeFor: () => probe } : equipment;
}

function planIn(folder: string, { change }: LineOptions): StationPlan {
  const plan = { ...loadStation('stations/virtual-8.yaml'), recordFolder: join(folder, 'record') };
  return change ? change(plan) : plan;
}

function lineOf(ground: Pick<Line, 'clock' | 'bench' | 'plan' | 'station' | 'record'>): Line {
  const { clock, bench, plan, station } = ground;
  const runs: RunRecord[] = [];
  const events: StationEvent[] = [];
  const inFixture = new Map<number, Unit>();
  const portOf = (fixture: number): string => plan.fixtures.find(({ number }) => number === fixture)!.portPath;
  station.subscribe((event) => {
    events.push(event);
    if (event.type === 'run-recorded') runs.push(event.run);
    if (event.type === 'label-awaited')
      clock.setTimeout(() => station.scan(inFixture.get(event.fixture)!.label), HAND_MS);
  });
  const next: Line['next'] = (type, fixture) =>
    new Promise((resolve) => {
      const stop = station.subscribe((event) => {
        if (event.type !== type || !('fixture' in event) || event.fixture !== fixture) return;
        stop();
        resolve(event as never);
      });
    });
  const put = (unit: Unit, fixture: number): void => {
    inFixture.set(fixture, unit);
    bench.plug(portOf(fixture), unit.board);
  };
  const start = (unit: Unit, fixture: number): void => {
    inFixture.set(fixture, unit);
    station.startUndetectedUnit(fixture);
  };
  const lift = (fixture: number): Unit => {
    bench.unplug(portOf(fixture));
    return inFixture.get(fixture)!;
  };
  const putAway = async (fixture: number, run: RunRecord): Promise<void> => {
    const emptied = next('fixture-emptied', fixture);
    await clock.sleep(HAND_MS);
    lift(fixture);
    if (run.verdict.instruction.do === 'put-in-bin') station.confirmPutAway(run.runId);
    await emptied;
    await clock.sleep(HAND_MS);
  };
  return {
    ...ground,
    ...{ runs, events, put, start, lift, next },
    test: async (unit, fixture) => {
      const recorded = next('run-recorded', fixture);
      put(unit, fixture);
      const { run } = await recorded;
      await putAway(fixture, run);
      return run;
    },
    isTurnedAway: async (unit, fixture) => {
      const before = runs.length;
      put(unit, fixture);
      await clock.sleep(NOTHING_HAPPENS_MS);
      const isUntouched = runs.length === before;
      lift(fixture);
      await clock.sleep(NOTHING_HAPPENS_MS);
      return isUntouched;
    },
  };
}

/** Boards from the library of faults, each with its own identity; labels count up. */
export interface UnitShop {
  make(fault?: FaultName, label?: string): Unit;
  /** A good board, and what somebody puts round it. */
  build(around: (board: Photon) => VirtualBoard, label?: string): Unit;
}

export function unitShop(seed = 'journey'): UnitShop {
  const stock = createBoardFactory();
  const random = createSeededRandom(seed);
  let count = 0;
  const nextLabel = (): string => {
    count += 1;
    return `P${String(count).padStart(9, '0')}`;
  };
  return {
    make: (fault = 'good', label = nextLabel()) => ({
      label,
      board: createFaultyBoard(fault, { stock, random: random.fork(`${label}/${count}/${fault}`) }),
    }),
    build: (around, label = nextLabel()) => {
      const board = stock.createPhoton({ generation: 'v2.3.1', release: '2.2.0', random: random.fork(label) });
      return { label, board: around(board) };
    },
  };
}

/** The first sector of system part 2. */
const PART_2_SECTOR = 7;

/** A unit that is as the test says: good, silent on its serial port, or with a sector that does not erase. */
export function wavering(
  shop: UnitShop,
  label?: string,
): {
  readonly unit: Unit;
  readonly be: (state: 'good' | 'silent' | 'dead') => void;
} {
  let isSilent = false;
  let flash: Photon['flash'];
  const unit = shop.build((board) => {
    flash = board.flash;
    return interceptBoard(board, { filterSerialOutput: (bytes) => (isSilent ? undefined : bytes) });
  }, label);
  return {
    unit,
    be: (state) => {
      isSilent = state === 'silent';
      flash.removeFaults();
      if (state === 'dead') flash.injectEraseFault(PART_2_SECTOR, { kind: 'operr' });
    },
  };
}

/** One golden and one known-bad unit, for the end of a recipe. */
export const challengeSet = `
challenge:
  must pass: [GOLDEN-1]
  must fail: { DEADFLASH-1: dfu/erase-stalled }
  every: 8 h
`;

/** A shipped recipe whose images the bench makes, so that nothing has to be fetched; `more` is put at its end. */
export function onSyntheticImages(name: string, more = ''): string {
  const text = readFileSync(`recipes/${name}.yaml`, 'utf8')
    .replace(/^firmware: .*\n/m, '')
    .replace(/file: tinker-0\.4\.5-photon\.bin\n\s+sha256: \S+/, 'file: synthetic:photon-tinker@2.3.1')
    .replace(/file: (photon-[a-z0-9-]+@2\.3\.1)\S*\n\s+sha256: \S+/g, 'file: synthetic:$1');
  const file = join(newFolder(), `${name}.yaml`);
  writeFileSync(file, `${text}${more}`);
  return file;
}

/** The decision on a run in two words: `D5 retest`. */
export function decision({ verdict }: RunRecord): string {
  return `${verdict.rule} ${verdict.disposition}`;
}

/** Where a verb finds the record of shifts in that folder. */
export function recordIn(folder: string): readonly string[] {
  return ['--record', join(folder, 'record')];
}

/** Fails on fixture 1 and is repaired, so often. */
export async function failRepaired(line: Line, unit: Unit, repairs: number): Promise<void> {
  for (let repair = 1; repair <= repairs; repair += 1) {
    const run = await line.test(unit, 1);
    await line.record.log.append('unit-repaired', {
      unit: run.unit,
      by: technician,
      cause: `part ${repair} exchanged`,
      finding: 'part',
    });
  }
}

/** Repaired twice, and it still fails as before, also on a second fixture. */
export async function failRepairedTwice(line: Line, unit: Unit): Promise<void> {
  await failRepaired(line, unit, 2);
  await line.test(unit, 1);
  await line.test(unit, 2);
}
