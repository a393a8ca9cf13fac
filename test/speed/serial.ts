// Sixty-four serial streams at full speed through npm serialport, the conversation and the matcher: what is lost, how late a match is.
import { type ChildProcess, fork } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { systemClock } from '../../src/base/clock.ts';
import { compilePattern } from '../../src/base/pattern/pattern.ts';
import { Conversation } from '../../src/device/serial/conversation.ts';
import { createLineSplitter } from '../../src/device/serial/line-splitter.ts';
import { createNodeSerialPorts } from '../../src/equipment/drivers/serial/node-serialport.ts';
import { median, quantile, type SpeedMeasure } from './measure.ts';
import { machineMs } from './serial/machine-ms.ts';
import type { StreamsDone, StreamsReady } from './serial/streams.child.ts';

const STREAMS = 64;
const DURATION_MS = 10_000;
const BAUD = 115_200;
/** What is still under way when the last byte was sent. */
const MAX_LATE_MS = 5_000;
const LOOK_EVERY_MS = 20;

interface Heard {
  readonly lostBytes: number;
  readonly wrongStreams: number;
  readonly matchCount: number;
  readonly matchP99Ms: number;
  readonly cpuPercent: number;
  readonly talkersLatestMs: number;
}

/** What else the machine does for a moment falls on one of them. */
const ROUNDS = 3;
let measured: Promise<readonly Heard[]> | undefined;

/**
 * Talkers in a process of their own, with nothing between it and the kernel's terminals. A result is timed from the moment
 * its last byte is given to the kernel, as an adapter does it, to its match: what the kernel, the port and the station
 * take counts, also in bursts after either process was held up; how late the talkers themselves are is told beside it.
 */
function forkTalkers(): ChildProcess {
  const inSerial = (file: string): string => fileURLToPath(new URL(`./serial/${file}`, import.meta.url));
  return fork(inSerial('streams.child.ts'), [`${DURATION_MS}`], {
    execPath: 'perl',
    execArgv: [inSerial('on-terminals.pl'), `${STREAMS}`, process.execPath],
  });
}

async function listenToAll(): Promise<Heard> {
  const child = forkTalkers();
  const [{ devices }] = (await once(child, 'message')) as [StreamsReady];
  const listeners = await Promise.all(devices.map((device, at) => listen(device, at)));
  const before = { cpu: process.cpuUsage(), ms: performance.now() };
  child.send('talk');
  const [{ said, latestMs: talkersLatestMs }] = (await once(child, 'message')) as [StreamsDone];
  const { user, system } = process.cpuUsage(before.cpu);
  const cpuPercent = (user + system) / 10 / (performance.now() - before.ms);
  const wanted = said.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  const heardBytes = (): number => listeners.reduce((sum, { heard }) => sum + heard.sizeBytes, 0);
  const latestMs = performance.now() + MAX_LATE_MS;
  while (heardBytes() < wanted && performance.now() < latestMs) await systemClock.sleep(LOOK_EVERY_MS);
  await Promise.all(listeners.map(({ conversation }) => conversation.close()));
  child.disconnect();
  const lateMs = listeners.flatMap(({ matchedMs }, at) =>
    [...matchedMs].map(([number, ms]) => ms - said[at]!.resultsSentMs[number]!),
  );
  return {
    lostBytes: wanted - heardBytes(),
    wrongStreams: listeners.filter(({ heard }, at) => heard.hash.digest('hex') !== said[at]!.sha256).length,
    matchCount: lateMs.length,
    matchP99Ms: quantile(lateMs, 0.99),
    cpuPercent,
    talkersLatestMs,
  };
}

/** As a step listens: a conversation that keeps its transcript, and a pattern held to every line. */
async function listen(device: string, at: number) {
  const connection = await createNodeSerialPorts(systemClock).open({ portPath: `1-${at}`, device }, { baud: BAUD });
  const options = { clock: systemClock, signal: new AbortController().signal, runStartedMs: 0 };
  const conversation = new Conversation(connection, options);
  const heard = { sizeBytes: 0, hash: createHash('sha256') };
  const lines = createLineSplitter();
  const pattern = compilePattern(`Result (?<number>\\d+) of stream ${at} `);
  const matchedMs = new Map<number, number>();
  connection.onData((chunk) => {
    heard.sizeBytes += chunk.length;
    heard.hash.update(chunk);
    for (const line of lines.push(chunk)) {
      const number = pattern.find(line)?.groups['number'];
      if (number !== undefined) matchedMs.set(Number(number), machineMs());
    }
  });
  return { conversation, heard, matchedMs };
}

async function listenAgainAndAgain(): Promise<readonly Heard[]> {
  const rounds: Heard[] = [];
  while (rounds.length < ROUNDS) rounds.push(await listenToAll());
  return rounds;
}

function heardRounds(): Promise<readonly Heard[]> {
  measured ??= listenAgainAndAgain();
  return measured;
}

const sumOf = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0);

export const measures: readonly SpeedMeasure[] = [
  {
    name: `${STREAMS} serial streams of 115,200 Bd for ${ROUNDS} times ${DURATION_MS / 1000} s: bytes lost or changed`,
    target: 'nothing',
    run: async () => {
      const rounds = await heardRounds();
      const lostBytes = sumOf(rounds.map((round) => round.lostBytes));
      const wrongStreams = sumOf(rounds.map((round) => round.wrongStreams));
      const matchCount = sumOf(rounds.map((round) => round.matchCount));
      const note = `${matchCount} results matched, ${wrongStreams} streams differ; pseudo-terminals in another process`;
      return { value: lostBytes, unit: 'bytes', met: lostBytes === 0 && wrongStreams === 0, note };
    },
  },
  {
    name: `${STREAMS} serial streams of 115,200 Bd: from the sending of a result to its match, p99`,
    target: '≤ 10 ms',
    run: async () => {
      const rounds = await heardRounds();
      const value = median(rounds.map(({ matchP99Ms }) => matchP99Ms));
      const each = rounds.map(({ matchP99Ms }) => matchP99Ms.toFixed(1)).join(', ');
      const cpu = Math.round(median(rounds.map(({ cpuPercent }) => cpuPercent)));
      const talkers = median(rounds.map(({ talkersLatestMs }) => talkersLatestMs)).toFixed(1);
      const note = `median of ${each}; every line held to a pattern; ${cpu} % of a core; talkers at most ${talkers} ms late themselves`;
      return { value, unit: 'ms', met: value <= 10, note };
    },
  },
];
