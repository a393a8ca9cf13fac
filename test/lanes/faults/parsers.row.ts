// Every reader of what comes from outside, fuzzed under coverage: it refuses or reads, and neither crashes, hangs nor swells.

import { PatternError } from '../../../src/base/pattern.ts';
import { seededRandom } from '../../../src/base/random.ts';
import { isStationError } from '../../../src/base/station-error.ts';
import { fuzz } from './fuzz.ts';
import { parserTargets } from './parser-targets.ts';
import type { FaultRow } from './row.ts';

const EXECUTIONS = { short: 4_000, long: 400_000 } as const;
const LIMIT_MS = 1_000;
const LIMIT_BYTES = 256 * 1024 * 1024;

export const row: FaultRow = {
  fault: 'parsers',
  how: 'coverage-guided fuzzing of every reader of files, devices, serial lines, scanners and records, seeded',
  usualSeconds: 34,
  run: async (form) => {
    const failures: string[] = [];
    const figures: string[] = [];
    let count = 0;
    let slowestMs = 0;
    for (const target of parserTargets()) {
      const executions = Math.floor(EXECUTIONS[form] * target.share);
      const before = process.memoryUsage().rss;
      const result = fuzz(target, {
        executions,
        random: seededRandom(`fuzz ${target.name}`),
        isRefusal: (error) => isStationError(error) || error instanceof PatternError,
        limitMs: LIMIT_MS,
      });
      const grown = process.memoryUsage().rss - before;
      if (grown > LIMIT_BYTES) failures.push(`${target.name} took ${Math.floor(grown / 1_048_576)} MiB of memory`);
      failures.push(...result.failures);
      figures.push(`${target.name} ${result.blockCount} (${result.keptCount})`);
      slowestMs = Math.max(slowestMs, result.slowestMs);
      count += executions;
    }
    return {
      count,
      failures,
      note: `slowest input ${slowestMs.toFixed(0)} ms; blocks reached (inputs kept): ${figures.join(', ')}`,
    };
  },
};
