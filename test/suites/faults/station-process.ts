// The whole program as a process: a batch on the virtual bench, its events read, its record held against what it showed.
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { createVirtualClock } from '../../../src/base/clock.ts';
import type { StationEvent } from '../../../src/domain/events.ts';
import { verifyRecord } from '../../../src/record/maintenance/verify.ts';
import { openRecord, type StationRecord } from '../../../src/record/open-record.ts';

const ROOT = resolve(import.meta.dirname, '../../..');
const STATION = 'faulty';
const UNITS = 2;
/** A station that neither ends nor dies within this has failed. */
const LIMIT_MS = 60_000;
/** Much faster than real time: what happens is the same. */
const PACE = 5_000;

/** How a station's process ended, and what it had said until then. */
export interface StationEnd {
  readonly code: number | null;
  readonly signal: string | null;
  readonly events: readonly StationEvent[];
  readonly complaints: string;
}

/** A station's process, and what it has said until now. */
export interface RunningStation {
  readonly child: ChildProcess;
  heard(): readonly StationEvent[];
}

/** Builds the program, so that the lane never runs an old one. */
export function buildProgram(): void {
  execFileSync(process.execPath, [join(ROOT, 'node_modules/typescript/bin/tsc'), '-p', 'tsconfig.build.json'], {
    cwd: ROOT,
  });
}

/** A folder with a station file of two fixtures, whose record lies in `record`. */
export function stationFolder(folder: string, name: string): string {
  const directory = join(folder, name);
  mkdirSync(join(directory, 'record'), { recursive: true });
  const fixtures = [1, 2].map((number) => `  - { number: ${number}, port: 1-1.${number} }`);
  const lines = [
    'flashline: 1',
    `station: ${STATION}`,
    'bench: virtual',
    'record: record',
    'fixtures:',
    ...fixtures,
    '',
  ];
  writeFileSync(join(directory, 'station.yaml'), lines.join('\n'));
  return directory;
}

/** Starts the program on a batch in the folder, and gives it out when it said something for the first time. */
export async function runStation(
  directory: string,
  env: NodeJS.ProcessEnv,
  whenRunning?: (running: RunningStation) => void,
): Promise<StationEnd> {
  const args = [
    'run',
    '--json',
    '--station',
    'station.yaml',
    '--recipe',
    join(ROOT, 'recipes/photon-demo.yaml'),
    '--batch',
    'B',
  ];
  const child = spawn(
    process.execPath,
    [join(ROOT, 'bin/flashline.js'), ...args, '--units', String(UNITS), '--pace', String(PACE)],
    {
      cwd: directory,
      env: { ...env, NODE_COMPILE_CACHE: join(directory, '../compiled') },
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  );
  let said = '';
  let complaints = '';
  child.stderr.on('data', (data: Buffer) => {
    complaints += data;
  });
  const heard = (): readonly StationEvent[] => eventsIn(said);
  child.stdout.on('data', (data: Buffer) => {
    if (said === '') whenRunning?.({ child, heard });
    said += data;
  });
  const limit = setTimeout(() => child.kill('SIGKILL'), LIMIT_MS);
  const [code, signal] = (await once(child, 'close')) as [number | null, NodeJS.Signals | null];
  clearTimeout(limit);
  return { code, signal, complaints, events: heard() };
}

function eventsIn(said: string): readonly StationEvent[] {
  const lines = said.split('\n').slice(0, -1);
  return lines.filter((line) => line.startsWith('{')).map((line) => JSON.parse(line) as StationEvent);
}

/**
 * Stops the process for a moment and copies its record: what a kill at this instant would leave, since a kill takes
 * back nothing that was written. Undefined when the process is over.
 */
export async function lookAt(
  { child, heard }: RunningStation,
  from: string,
  to: string,
): Promise<StationEnd | undefined> {
  child.kill('SIGSTOP');
  if (!(await isStopped(child.pid!))) return undefined;
  await nextTurn();
  cpSync(join(from, 'record'), join(to, 'record'), { recursive: true });
  const end: StationEnd = { code: null, signal: 'SIGKILL', events: heard(), complaints: '' };
  child.kill('SIGCONT');
  return end;
}

/** Waits for the stop (proc_pid_stat(5): T); false when the process is over, as it is at the latest after `LIMIT_MS`. */
async function isStopped(pid: number): Promise<boolean> {
  for (;;) {
    await nextTurn();
    const state = existsSync(`/proc/${pid}/stat`)
      ? readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)![0]
      : 'X';
    if (state === 'T') return true;
    if (state === 'Z' || state === 'X') return false;
  }
}

/** What the process said before is heard within one. */
async function nextTurn(): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve));
}

/** Holds the record against what the station showed, and removes the folder. */
export async function inspectStation(
  directory: string,
  { events, signal }: StationEnd,
): Promise<{ readonly problems: readonly string[]; readonly openMs: number }> {
  const folder = join(directory, 'record');
  if (!existsSync(join(folder, 'record.db'))) return { problems: shownGreen(events), openMs: 0 };
  const startedAt = performance.now();
  const record = await openRecord({
    directory: folder,
    station: STATION,
    clock: createVirtualClock(),
    program: 'faults',
  });
  const openMs = performance.now() - startedAt;
  const problems = [...problemsOf(record, events), ...(signal === null ? [] : lostSteps(record, events))];
  await record.close();
  const faults = verifyRecord(folder).faults.map((fault) => `verify: ${fault.text}`);
  rmSync(directory, { recursive: true });
  return { problems: [...problems, ...faults], openMs };
}

function shownGreen(events: readonly StationEvent[]): readonly string[] {
  return events
    .filter((event) => event.type === 'run-recorded')
    .map((event) => `run ${event.run.runId} was shown as recorded`);
}

/** What was shown is there, once, as it was shown; what was begun is there, and judged only if it was finished. */
function problemsOf(record: StationRecord, events: readonly StationEvent[]): readonly string[] {
  const runs = Map.groupBy(record.history.iterateRuns({}), (run) => run.runId);
  const problems = [...runs].flatMap(([runId, copies]) =>
    copies.length > 1 ? [`${runId} is there ${copies.length} times`] : [],
  );
  for (const event of events) {
    if (event.type === 'run-recorded') {
      const kept = runs.get(event.run.runId)?.[0];
      if (kept?.result !== event.run.result)
        problems.push(`${event.run.runId} was shown as ${event.run.result} and is ${kept?.result ?? 'gone'}`);
    }
    if (event.type === 'run-started' && !runs.has(event.run.runId))
      problems.push(`${event.run.runId} was shown as begun and is gone`);
  }
  return problems;
}

/** A step is kept before it is shown, unless the disk refused: then the fixture is faulted and nothing green follows. */
function lostSteps(record: StationRecord, events: readonly StationEvent[]): readonly string[] {
  const runs = new Map([...record.history.iterateRuns({})].map((run) => [run.runId, run]));
  return events.flatMap((event) => {
    if (event.type !== 'step-finished') return [];
    const isKept = runs
      .get(event.runId)
      ?.steps.some(({ id, attempt }) => id === event.step.id && attempt === event.step.attempt);
    return isKept ? [] : [`${event.runId} lost step ${event.step.id}, which was shown as finished`];
  });
}
