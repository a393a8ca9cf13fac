// Cases that are processes of their own, on all cores at once.
import { availableParallelism } from 'node:os';

export interface Ending {
  /** True when the process was not killed but came to its end: then nothing is left to enumerate. */
  readonly ended: boolean;
}

/** Runs cases 0, 1, 2 and so on: `count` of them, or until one comes to its end by itself. */
export async function inParallel<Case extends Ending>(
  run: (index: number) => Promise<Case>,
  count = Number.POSITIVE_INFINITY,
): Promise<readonly Case[]> {
  const cases: Case[] = [];
  let next = 0;
  const worker = async (): Promise<void> => {
    while (next < count && !cases.some((one) => one.ended)) {
      const index = next;
      next += 1;
      cases.push(await run(index));
    }
  };
  await Promise.all(Array.from({ length: availableParallelism() }, worker));
  return cases;
}
