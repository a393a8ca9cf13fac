// Ids that are the same each time the same run is exported, so that a second export replaces the first.
import { computeSha256Hex } from '../base/digest.ts';

/** A run seldom needs more. */
const TAILS: readonly string[] = Array.from({ length: 256 }, (_, at) => formatIdTail(at));

/** Gives GUIDs one after the other; the same text gives the same ids in the same order. */
export function createDeterministicIds(text: string): () => string {
  const digest = computeSha256Hex(text);
  // Version 8 is for ids made by rules of one's own (RFC 9562 §5.8).
  const beginning = `${digest.slice(0, 8)}-${digest.slice(8, 12)}-8${digest.slice(12, 15)}-a${digest.slice(15, 18)}-`;
  let count = 0;
  return () => {
    const at = count++;
    return beginning + (TAILS[at] ?? formatIdTail(at));
  };
}

function formatIdTail(count: number): string {
  return count.toString(16).padStart(12, '0');
}
