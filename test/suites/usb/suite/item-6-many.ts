// Item 6: many units at once through one kernel and one process; every verdict right, times printed.
import { afterEach, describe, expect, it } from 'vitest';
import type { RunRecord } from '../../../../src/domain/run/run.ts';
import type { PortPath } from '../../../../src/equipment/usb.ts';
import { empty, plug } from './guest-bench.ts';
import { runStation, SHORT_RECIPE } from './guest-station.ts';
import { clock, dfuAt } from './guest-unit.ts';

const SIZES = [16, 32, 64] as const;
/** One unit in sixteen loses its cable in the middle of its flash. */
const FAULTY_EVERY = 16;
const LOST_AT_REQUEST = 14;

export function defineMany(ports: readonly PortPath[], print: (line: string) => void): void {
  describe('6 many units at once', () => {
    afterEach(async () => void (await Promise.all(ports.map(empty))));

    for (const size of SIZES) {
      it(`${size} of them each get the verdict they deserve`, async () => {
        const used = ports.slice(0, size);
        const isFaulty = (at: number): boolean => at % FAULTY_EVERY === FAULTY_EVERY - 1;
        const startMs = clock.readMonotonicMs();
        const mishap = { ordinal: LOST_AT_REQUEST, mishap: 'gone' } as const;
        await Promise.all(used.map((port, at) => plug(port, 'blank', isFaulty(at) ? mishap : undefined)));
        await Promise.all(used.map(dfuAt));
        const readyMs = clock.readMonotonicMs();
        const { runs } = await runStation(`many-${size}`, SHORT_RECIPE, used);
        print(
          `${size} units: all on the bus after ${seconds(readyMs - startMs)} s, all judged ${seconds(clock.readMonotonicMs() - readyMs)} s later`,
        );
        const ends = used.map((port) => endOf(runs.get(port)));
        expect(ends).toEqual(used.map((_, at) => (isFaulty(at) ? 'fail' : 'pass')));
        const codes = used.flatMap((port) => runs.get(port)?.failure?.code ?? []);
        expect(codes.filter((code) => !/^(usb\/gone|dfu\/(erase|write)-vanished)$/.test(code))).toEqual([]);
      }, 280_000);
    }
  });
}

/** The result; of a run that the station spoilt, also why. */
function endOf(run: RunRecord | undefined): string {
  if (run?.result !== 'error') return run?.result ?? 'no run';
  const errors = [run.error, ...run.steps.map(({ error }) => error)].flatMap((error) => error ?? []);
  return ['error', ...errors.map(({ code, message }) => `${code}: ${message}`)].join(' ');
}

function seconds(ms: number): string {
  return (ms / 1000).toFixed(1);
}
