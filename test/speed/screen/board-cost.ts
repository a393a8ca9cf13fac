// A process that shows the busiest board to a terminal that only counts, and prints what that cost.
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { PassThrough, Writable } from 'node:stream';
import { systemClock } from '../../../src/base/clock.ts';
import type { UnstampedEvent } from '../../../src/domain/events.ts';
import {
  opened,
  recorded,
  removed,
  scrapProposed,
  stamped,
  started,
  stepStarted,
  unitOf,
} from '../../screen/sample-board.ts';

/** What the board cost over the time measured. */
export interface BoardCost {
  readonly cpuPercent: number;
  readonly kibPerSecond: number;
  readonly delayP99Ms: number;
  readonly frames: number;
  /** Pieces written outside of synchronised output (`?2026`): what an eye could see half drawn. */
  readonly unsynchronised: number;
  readonly residentMb: number;
  readonly seconds: number;
}

const FIXTURES = 64;
const UPDATE_MS = 100;
/** A unit's course: it starts, is flashed, is judged and makes room for the next. */
const COURSE_UPDATES = 150;
const WARM_UP_MS = 2_000;
const MEASURED_MS = 8_000;

const { mountBoard } = (await import(
  new URL('../../../dist/screen/mount.js', import.meta.url).href
)) as typeof import('../../../src/screen/mount.tsx');

const counted = { bytes: 0, pictures: 0, unsynchronised: 0 };
let isSynchronised = false;
/** The brackets of synchronised output, and everything between them. */
const PIECE = /\u001b\[\?2026([hl])|(?:(?!\u001b\[\?2026[hl])[\s\S])+/g;

function count(text: string): void {
  counted.bytes += text.length;
  for (const [, bracket] of text.matchAll(PIECE)) {
    if (bracket === undefined && !isSynchronised) counted.unsynchronised += 1;
    if (bracket === 'h') counted.pictures += 1;
    if (bracket !== undefined) isSynchronised = bracket === 'h';
  }
}
const stdout = Object.assign(
  new Writable({
    write: (chunk: Buffer, _, done) => {
      count(chunk.toString('latin1'));
      done();
    },
  }),
  { isTTY: true, columns: 200, rows: 70 },
) as unknown as NodeJS.WriteStream;
const stdin = Object.assign(new PassThrough(), {
  isTTY: true,
  setRawMode: () => undefined,
  ref: () => undefined,
  unref: () => undefined,
}) as unknown as NodeJS.ReadStream;

const fixtures = Array.from({ length: FIXTURES }, (_, at) => at + 1);
const board = mountBoard({
  fixtureNumbers: fixtures,
  stationNowMs: () => systemClock.readMonotonicMs(),
  personClock: systemClock,
  locale: 'en',
  isUnicode: true,
  colourDepth: 24,
  isSpoken: false,
  isReadOnly: false,
  scannerPrefix: '',
  onScan: () => undefined,
  onCommand: async () => undefined,
  onEnd: () => undefined,
  stdin,
  stdout,
});

const starts = new Map(fixtures.map((fixture) => [fixture, started(fixture, unitOf(fixture))]));
const results = new Map(
  fixtures.map((fixture) => [fixture, recorded(fixture, unitOf(fixture), fixture % 9 === 0 ? scrapProposed : {})]),
);

/** What happens at a fixture in that update of its course. */
function update(fixture: number, at: number): readonly UnstampedEvent[] {
  const unit = unitOf(fixture);
  if (at === 0) return [...removed(fixture, unit), starts.get(fixture)!, stepStarted(fixture, { usualMs: 12_000 })];
  if (at === COURSE_UPDATES - 10) return [results.get(fixture)!];
  if (at > COURSE_UPDATES - 10) return [];
  const stage = at < 40 ? 'erase system-part1' : 'write system-part1';
  return [
    { type: 'step-progressed', fixture, runId: 'r', stepId: 'dfu-flash', stage, done: at, total: COURSE_UPDATES - 10 },
  ];
}

const show = (events: readonly UnstampedEvent[]): void => {
  for (const event of stamped(events, systemClock.readMonotonicMs()))
    board.showEvent({ ...event, atMs: systemClock.readMonotonicMs() });
};
show([opened(fixtures, 10_000)]);
let tick = 0;
const feed = (): void => {
  show(fixtures.flatMap((fixture) => update(fixture, (tick + fixture * 7) % COURSE_UPDATES)));
  tick += 1;
  systemClock.setTimeout(feed, UPDATE_MS);
};
feed();

await systemClock.sleep(WARM_UP_MS);
const loopDelay = monitorEventLoopDelay({ resolution: 5 });
loopDelay.enable();
const before = { cpu: process.cpuUsage(), ms: performance.now(), ...counted };
await systemClock.sleep(MEASURED_MS);
const seconds = (performance.now() - before.ms) / 1000;
const { user, system } = process.cpuUsage(before.cpu);
const cost: BoardCost = {
  cpuPercent: (user + system) / 1e4 / seconds,
  kibPerSecond: (counted.bytes - before.bytes) / 1024 / seconds,
  // The monitor counts its own resolution in.
  delayP99Ms: loopDelay.percentile(99) / 1e6 - 5,
  frames: counted.pictures - before.pictures,
  unsynchronised: counted.unsynchronised - before.unsynchronised,
  residentMb: process.memoryUsage().rss / 1e6,
  seconds,
};
process.stdout.write(JSON.stringify(cost));
process.exit(0);
