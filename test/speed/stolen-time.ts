// What a virtual machine's host kept from it: figures that were taken meanwhile say less about the program.
import { readFileSync } from 'node:fs';

/** Processor time since the start, in the kernel's ticks. */
export interface ProcessorTicks {
  readonly all: number;
  readonly stolen: number;
}

/** Fields of `cpu` in /proc/stat (proc_stat(5)): user, nice, system, idle, iowait, irq, softirq, steal. */
const STOLEN = 7;

export function processorTicks(): ProcessorTicks {
  const [line = ''] = readFileSync('/proc/stat', 'utf8').split('\n');
  const ticks = line
    .split(/\s+/)
    .slice(1, STOLEN + 2)
    .map(Number);
  return { all: ticks.reduce((sum, count) => sum + count, 0), stolen: ticks[STOLEN] ?? 0 };
}

/** Share of the processors' time since then that the host kept, %. */
export function stolenPercent(since: ProcessorTicks): number {
  const now = processorTicks();
  return now.all === since.all ? 0 : (100 * (now.stolen - since.stolen)) / (now.all - since.all);
}
