// A small coverage-guided fuzzer: inputs that reach new code are kept and changed further, as V8's own coverage tells.
import { type Profiler, Session } from 'node:inspector';
import type { Random } from '../../../src/base/random.ts';

/** What is fuzzed: `run` may refuse an input by an error that `isRefusal` knows; anything else it throws is a bug. */
export interface FuzzTarget {
  readonly name: string;
  readonly seeds: readonly Uint8Array[];
  run(input: Uint8Array): unknown;
}

export interface FuzzOptions {
  readonly executions: number;
  readonly random: Random;
  readonly isRefusal: (error: unknown) => boolean;
  /** No input may take longer. */
  readonly limitMs: number;
}

export interface FuzzResult {
  /** Inputs that reached code which none before had reached. */
  readonly keptCount: number;
  /** Blocks of code reached. */
  readonly blockCount: number;
  readonly slowestMs: number;
  /** One sentence each, with the input in base64. */
  readonly failures: readonly string[];
}

/** Coverage is asked for once in so many inputs: asking costs more than a short input does. */
const BATCH = 40;
const MAX_INPUT_BYTES = 65_536;
/** After so many failures a target is known to be broken. */
const MAX_FAILURES = 5;

/** Runs a target on changed seeds; the same seed of `random` gives the same inputs. */
export function fuzz(target: FuzzTarget, options: FuzzOptions): FuzzResult {
  const { random, executions } = options;
  const corpus = [...target.seeds];
  const coverage = startCoverage();
  const blocks = new Set<string>();
  const failures: string[] = [];
  let slowestMs = 0;
  const execute = (input: Uint8Array): void => {
    const startedAt = performance.now();
    try {
      target.run(input);
    } catch (error) {
      if (!options.isRefusal(error)) failures.push(`${target.name} threw ${String(error)} on ${base64(input)}`);
    }
    const tookMs = performance.now() - startedAt;
    slowestMs = Math.max(slowestMs, tookMs);
    if (tookMs > options.limitMs) failures.push(`${target.name} took ${tookMs.toFixed(0)} ms on ${base64(input)}`);
  };
  const newBlocks = (): Set<string> => {
    const fresh = new Set(coverage.take().filter((block) => !blocks.has(block)));
    for (const block of fresh) blocks.add(block);
    return fresh;
  };
  const keepFinders = (inputs: readonly Uint8Array[], fresh: Set<string>): void => {
    for (const input of inputs) {
      if (fresh.size === 0) return;
      execute(input);
      const found = coverage.take().filter((block) => fresh.delete(block));
      if (found.length > 0) corpus.push(input);
    }
  };
  for (const seed of target.seeds) execute(seed);
  newBlocks();
  for (let done = 0; done < executions && failures.length < MAX_FAILURES; done += BATCH) {
    const inputs = Array.from({ length: BATCH }, () => changed(random.pick(corpus), corpus, random));
    inputs.forEach(execute);
    keepFinders(inputs, newBlocks());
  }
  coverage.stop();
  return { keptCount: corpus.length - target.seeds.length, blockCount: blocks.size, slowestMs, failures };
}

interface Coverage {
  /** Blocks of the program's own code that ran since the last time. */
  take(): readonly string[];
  stop(): void;
}

function startCoverage(): Coverage {
  const session = new Session();
  session.connect();
  session.post('Profiler.enable');
  session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: true });
  return {
    take: () => {
      let scripts: readonly Profiler.ScriptCoverage[] = [];
      session.post('Profiler.takePreciseCoverage', (_error, answer) => {
        scripts = answer?.result ?? [];
      });
      return scripts.filter(({ url }) => url.includes('/src/')).flatMap(blocksOf);
    },
    stop: () => session.disconnect(),
  };
}

/** How often a block ran counts in powers of four: a loop gone round more often is news, once more is not. */
function blocksOf({ url, functions }: Profiler.ScriptCoverage): readonly string[] {
  return functions.flatMap(({ ranges }) =>
    ranges
      .filter(({ count }) => count > 0)
      .map(
        ({ startOffset, endOffset, count }) => `${url}:${startOffset}-${endOffset}*${Math.floor(Math.log2(count) / 4)}`,
      ),
  );
}

function changed(input: Uint8Array, corpus: readonly Uint8Array[], random: Random): Uint8Array {
  let bytes = Buffer.from(input);
  const changes = 1 + random.drawInteger(4);
  for (let change = 0; change < changes; change += 1) bytes = Buffer.from(random.pick(CHANGES)(bytes, random, corpus));
  return bytes.subarray(0, MAX_INPUT_BYTES);
}

type Change = (bytes: Buffer, random: Random, corpus: readonly Uint8Array[]) => Uint8Array;

const EDGES = [0, 1, 0x7f, 0x80, 0xff];
const TOKENS = ['\n', '\r\n', ':', ' ', '"', "'", '&a', '*a', '<<', '- ', '{', '}', '[', ']', '#', '%', '!!', '|', '>', '0x', '-1', '1e309', '99999999999999999999', '\u0000', '\ufeff', '__proto__', 'constructor', '/', ',', '*']; // biome-ignore format: one list

const CHANGES: readonly Change[] = [
  (bytes, random) => withByte(bytes, random, (byte) => byte ^ (1 << random.drawInteger(8))),
  (bytes, random) => withByte(bytes, random, () => random.pick(EDGES)),
  (bytes, random) => withByte(bytes, random, () => random.drawInteger(256)),
  (bytes, random) => bytes.subarray(0, random.drawInteger(bytes.length + 1)),
  (bytes, random) => {
    const [from, to] = span(bytes, random);
    return Buffer.concat([bytes.subarray(0, from), bytes.subarray(to)]);
  },
  (bytes, random) => {
    const [from, to] = span(bytes, random);
    return Buffer.concat([bytes.subarray(0, to), bytes.subarray(from, to), bytes.subarray(to)]);
  },
  (bytes, random) => insert(bytes, random, Buffer.from(random.pick(TOKENS))),
  (bytes, random, corpus) => {
    const other = Buffer.from(random.pick(corpus));
    const [from, to] = span(other, random);
    return insert(bytes, random, other.subarray(from, to));
  },
];

function withByte(bytes: Buffer, random: Random, next: (byte: number) => number): Buffer {
  if (bytes.length === 0) return bytes;
  const at = random.drawInteger(bytes.length);
  bytes[at] = next(bytes[at]!);
  return bytes;
}

function insert(bytes: Buffer, random: Random, more: Uint8Array): Buffer {
  const at = random.drawInteger(bytes.length + 1);
  return Buffer.concat([bytes.subarray(0, at), more, bytes.subarray(at)]);
}

function span(bytes: Buffer, random: Random): readonly [number, number] {
  const from = random.drawInteger(bytes.length + 1);
  return [from, from + random.drawInteger(Math.min(bytes.length - from, 64) + 1)];
}

function base64(input: Uint8Array): string {
  const text = Buffer.from(input).toString('base64');
  return text.length > 600 ? `${text.slice(0, 600)}… (${input.length} bytes)` : text;
}
