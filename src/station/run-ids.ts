// Ids of runs: UUIDs of version 7, so that they sort by time of start and never come twice.
import type { Clock } from '../base/clock.ts';
import type { Random } from '../base/random.ts';

const COUNTER_LIMIT = 0x1000;

/** Gives run ids (RFC 9562 §5.7) that rise strictly within this station, also when the wall clock jumps back. */
export function createRunIdGenerator(clock: Clock, random: Random): () => string {
  let lastMs = 0;
  let counter = 0;
  return () => {
    const nowMs = Math.floor(clock.readWallMs());
    counter = nowMs > lastMs ? 0 : counter + 1;
    lastMs = Math.max(nowMs, lastMs) + Math.floor(counter / COUNTER_LIMIT);
    counter %= COUNTER_LIMIT;
    const time = formatHex(lastMs, 12);
    const variant = formatHex(0x8000 + random.drawInteger(0x4000), 4);
    const tail = formatHex(random.drawInteger(0x1000000), 6) + formatHex(random.drawInteger(0x1000000), 6);
    return `${time.slice(0, 8)}-${time.slice(8)}-7${formatHex(counter, 3)}-${variant}-${tail}`;
  };
}

function formatHex(value: number, digits: number): string {
  return value.toString(16).padStart(digits, '0');
}
