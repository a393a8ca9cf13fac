// How a write goes by: its stages told as progress, and how long erase, write and comparison took.
import type { Clock } from '../../../base/clock.ts';
import type { FlashDone, ProbeOptions } from '../../debug-probe.ts';

/** Adds up how long erase, write and comparison took, and tells the stages as they pass. */
export function createStageTimer(
  clock: Clock,
  { onProgress }: ProbeOptions,
  chunkCount: number,
): {
  readonly onLine: (line: string) => void;
  readonly times: () => Pick<FlashDone, 'durationMs' | 'eraseMs' | 'writeMs' | 'verifyMs'>;
} {
  const spent = new Map<string, number>();
  const startedMs = clock.readMonotonicMs();
  let begunMs = startedMs;
  let written = 0;
  return {
    onLine: (line) => {
      const [, word, stage = ''] = /^@@ (begin|done) (.*)$/.exec(line) ?? [];
      const kind = stage.split(' ')[0]!;
      if (word === 'begin') {
        begunMs = clock.readMonotonicMs();
        onProgress?.({ stage: kind, done: written, total: chunkCount });
      } else if (word === 'done') {
        spent.set(kind, (spent.get(kind) ?? 0) + clock.readMonotonicMs() - begunMs);
        if (kind !== 'write') return;
        written += 1;
        onProgress?.({ stage: kind, done: written, total: chunkCount });
      }
    },
    times: () => ({
      durationMs: clock.readMonotonicMs() - startedMs,
      eraseMs: spent.get('erase') ?? 0,
      writeMs: spent.get('write') ?? 0,
      verifyMs: spent.get('verify') ?? 0,
    }),
  };
}
