// What has to be there after the power went.
import { type Acknowledged, inspect } from './shift.ts';

/** A step is promised to outlive the process only, until something else was written after it. */
export function synced(acknowledged: readonly Acknowledged[]): readonly Acknowledged[] {
  return acknowledged.slice(0, acknowledged.findLastIndex(({ write }) => write !== 'step') + 1);
}

/** What is wrong with a record that was left by a loss of power. */
export async function problemsAfter(
  directory: string,
  acknowledged: readonly Acknowledged[],
): Promise<readonly string[]> {
  try {
    return (await inspect(directory, acknowledged)).problems;
  } catch (error) {
    return [`does not open: ${(error as Error).message}`];
  }
}
