// Item 4: a seeded sample of transfers that go wrong, five ways; the full count runs in process (every-transfer.test.ts).
import { afterEach, describe, expect, it } from 'vitest';
import { createSeededRandom } from '../../../../src/base/random.ts';
import type { PlannedTransferFault } from '../../../../src/bench/served-bench.ts';
import { isDfuError } from '../../../../src/device/dfu/protocol/dfu-error.ts';
import { toDfuFailure } from '../../../../src/device/dfu/session/dfu-failure.ts';
import type { FailureCode } from '../../../../src/domain/run/failure.ts';
import type { PortPath } from '../../../../src/equipment/usb.ts';
import { empty, listPorts, plug, unplug } from './guest-bench.ts';
import { clock, flash, imageBytes } from './guest-unit.ts';

const IMAGE = imageBytes(3 * 4096, 7);
const SAMPLE = 15;
/** The longest wait is an erase that is not answered, and the look around after it; the rest is the guest's slowness. */
const BOUND_MS = 60_000;
const KINDS = ['gone', 'silent', 'stalled', 'short', 'garbage'] as const;
/** GETSTATE may be refused; what it answers is not believed where that would matter. */
const CODES: Readonly<Record<(typeof KINDS)[number], RegExp>> = {
  gone: /^(usb\/gone|dfu\/(erase|write)-vanished)$/,
  silent: /^(usb\/silent|dfu\/(erase|write)-silent)$/,
  stalled: /^(usb\/stalled|dfu\/(erase|write)-stalled|dfu\/read-failed|none)$/,
  short: /^(dfu\/garbage-status|dfu\/read-failed|dfu\/wrong-state|none)$/,
  garbage: /^(dfu\/[a-z-]+|none)$/,
};

export function defineCable(ports: readonly PortPath[]): void {
  const eight = ports.slice(0, 8);
  describe(`4 ${SAMPLE} transfers that go wrong`, () => {
    afterEach(async () => void (await Promise.all(eight.map(empty))));

    it('are each told for what they are, in bounded time, and the next unit on that fixture passes', async () => {
      const mishaps = sample(await countRequests(eight[0]!));
      const lines: string[] = [];
      const work = async (port: PortPath): Promise<void> => {
        for (let next = mishaps.shift(); next; next = mishaps.shift()) lines.push(await suffer(port, next));
      };
      await Promise.all(eight.map(work));
      expect(lines.filter((line) => !line.startsWith('ok'))).toEqual([]);
      expect(lines.length).toBe(SAMPLE);
    }, 300_000);
  });
}

/** Class requests of one flash with nothing wrong. */
async function countRequests(port: PortPath): Promise<number> {
  await plug(port, 'blank');
  expect((await flash(port, IMAGE)).failure).toBe(null);
  const count = (await listPorts()).find(({ portPath }) => portPath === port)!.requestCount;
  await unplug(port);
  return count;
}

/** Every kind equally often, at transfers drawn by a printed seed. */
function sample(requestCount: number): PlannedTransferFault[] {
  const random = createSeededRandom('cable');
  return Array.from({ length: SAMPLE }, (_, at) => ({
    ordinal: 1 + random.drawInteger(requestCount),
    mishap: KINDS[at % KINDS.length]!,
  }));
}

async function suffer(port: PortPath, planned: PlannedTransferFault): Promise<string> {
  await plug(port, 'blank', planned);
  const startMs = clock.readMonotonicMs();
  const code = await outcomeOf(port);
  const tookMs = clock.readMonotonicMs() - startMs;
  await unplug(port);
  await plug(port, 'blank');
  const next = (await flash(port, IMAGE)).failure;
  await unplug(port);
  const isRight = CODES[planned.mishap as (typeof KINDS)[number]].test(code) && tookMs < BOUND_MS && next === null;
  const what = `${planned.mishap} at request ${planned.ordinal} is ${code}, ${Math.round(tookMs)} ms`;
  return `${isRight ? 'ok' : 'WRONG'} ${what}, next unit ${next?.code ?? 'passes'}`;
}

async function outcomeOf(port: PortPath): Promise<FailureCode | 'none'> {
  try {
    return (await flash(port, IMAGE)).failure?.code ?? 'none';
  } catch (error) {
    if (isDfuError(error)) return toDfuFailure(error).code;
    throw error;
  }
}
