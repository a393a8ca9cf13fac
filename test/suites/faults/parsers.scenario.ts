// Every reader of what comes from outside, fuzzed under coverage: it refuses or reads, and neither crashes, hangs nor swells.
import fc from 'fast-check';
import { PatternError } from '../../../src/base/pattern/pattern.ts';
import { createSeededRandom } from '../../../src/base/random.ts';
import { isStationError } from '../../../src/base/station-error.ts';
import { type FuzzTarget, fuzz } from './fuzz.ts';
import { parserTargets } from './parser-targets.ts';
import type { FaultRow } from './scenario.ts';

const EXECUTIONS = { short: 4_000, long: 400_000 } as const;
const CHECKED = { short: 1_000, long: 50_000 } as const;
const LIMIT_MS = 1_000;
/** The fuzzer's own coverage needs half of it. */
const HEAP_MIB = 256;
/** A heap fills to its limit before it is swept; what grows beyond that lies outside it. */
const LIMIT_BYTES = 2 * HEAP_MIB * 1024 * 1024;

export const row: FaultRow = {
  fault: 'parsers',
  how: 'every reader of files, devices, serial lines, scanners and records: coverage-guided fuzzer and fast-check, seeded',
  usualSeconds: 40,
  heapMiB: HEAP_MIB,
  run: async (form) => {
    const failures: string[] = [];
    const figures: string[] = [];
    let count = 0;
    let checked = 0;
    let slowestMs = 0;
    for (const target of parserTargets()) {
      const executions = Math.floor(EXECUTIONS[form] * target.share);
      const before = peakBytes();
      const result = fuzz(target, {
        executions,
        random: createSeededRandom(`fuzz ${target.name}`),
        isRefusal,
        limitMs: LIMIT_MS,
      });
      const checks = Math.floor(CHECKED[form] * target.share);
      failures.push(...checkAnyInput(target, checks));
      checked += checks;
      const grown = peakBytes() - before;
      if (grown > LIMIT_BYTES) failures.push(`${target.name} took ${Math.floor(grown / 1_048_576)} MiB of memory`);
      failures.push(...result.failures);
      figures.push(`${target.name} ${result.blockCount} (${result.keptCount})`);
      slowestMs = Math.max(slowestMs, result.slowestMs);
      count += executions;
    }
    return {
      count: count + checked,
      failures,
      note: `${count} by the fuzzer, ${checked} by fast-check; slowest input ${slowestMs.toFixed(0)} ms; blocks reached (inputs kept): ${figures.join(', ')}`,
    };
  },
};

/** The most memory that the process had until now. */
function peakBytes(): number {
  return process.resourceUsage().maxRSS * 1024;
}

function isRefusal(error: unknown): boolean {
  return isStationError(error) || error instanceof PatternError;
}

/** Anything at all, and honest inputs with a piece exchanged; what fails is made small before it is told. */
function checkAnyInput(target: FuzzTarget, numRuns: number): readonly string[] {
  const piece = fc.oneof(fc.uint8Array({ maxLength: 64 }), fc.string({ unit: 'binary', maxLength: 64 }).map(encoded));
  const edited = fc
    .record({ seed: fc.constantFrom(...target.seeds), at: fc.nat(), length: fc.nat(64), piece })
    .map(({ seed, at, length, piece: put }) => {
      const from = at % (seed.length + 1);
      return Buffer.concat([seed.subarray(0, from), put, seed.subarray(from + length)]);
    });
  const anything = fc.property(fc.oneof(fc.uint8Array({ maxLength: 512 }), edited), (input) => {
    try {
      target.run(input);
    } catch (error) {
      if (!isRefusal(error)) throw error;
    }
  });
  const { failed, counterexample, errorInstance } = fc.check(anything, { numRuns, seed: FAST_CHECK_SEED });
  if (!failed) return [];
  const [input] = counterexample ?? [];
  return [`${target.name} threw ${String(errorInstance)} on ${input && Buffer.from(input).toString('base64')}`];
}

const FAST_CHECK_SEED = 2026;

function encoded(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}
