// What a run of OpenOCD tells: stages, facts echoed by our script, option bytes, blank sectors.

import { formatHex32 } from '../../../base/bytes.ts';
import { stm32f2SectorNumbers } from '../../stm32f2-sectors.ts';
import type { OpenocdRun } from './openocd-process.ts';

/** Below this an STM32F2 programs no whole words, and a supply that gives less is not one to write option bytes with. */
export const MIN_SUPPLY_MV = 2_700;

/** A run taken apart. `failedStage` is the stage that was not done; null when the script came to its end. */
export interface ParsedOpenocdRun {
  readonly stages: readonly string[];
  readonly failedStage: string | null;
  /** True only for exit code 0 with the script's own last word. */
  readonly hasFinished: boolean;
  readonly facts: ReadonlyMap<string, string>;
  readonly supplyMv: number | null;
}

export function parseOpenocdRun({ lines, exitCode }: Pick<OpenocdRun, 'lines' | 'exitCode'>): ParsedOpenocdRun {
  const stages: string[] = [];
  const facts = new Map<string, string>();
  let open: string | null = 'start';
  let supplyMv: number | null = null;
  for (const line of lines) {
    const [, word, rest = ''] = /^@@ (\w+) ?(.*)$/.exec(line) ?? [];
    if (word === 'begin') open = rest;
    else if (word === 'done') {
      stages.push(rest);
      open = null;
    } else if (word === 'fact') facts.set(...splitFact(rest));
    const volts = /(?:Target voltage:|VTarget =) (\d+\.\d+)/.exec(line)?.[1];
    if (volts !== undefined) supplyMv = Math.round(Number(volts) * 1000);
  }
  const hasFinished = exitCode === 0 && lines.includes('@@ finished');
  return { stages, facts, supplyMv, hasFinished, failedStage: hasFinished ? null : (open ?? 'end') };
}

function splitFact(text: string): [string, string] {
  const at = text.indexOf(' ');
  return at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at + 1)];
}

/** The option bytes as the control register shows them: RDP in bits 15 to 8, nWRP in bits 27 to 16. */
export function parseOptionBytes(optcr: string): {
  readonly rdpLevel: 0 | 1 | 2;
  readonly protectedSectors: readonly number[];
} {
  const value = Number(optcr);
  const rdp = (value >>> 8) & 0xff;
  const nWrp = (value >>> 16) & 0xfff;
  return {
    rdpLevel: rdp === 0xaa ? 0 : rdp === 0xcc ? 2 : 1,
    protectedSectors: Array.from({ length: 12 }, (_, sector) => sector).filter(
      (sector) => ((nWrp >> sector) & 1) === 0,
    ),
  };
}

/** The 96 bits of the chip's id from three words, as hex in the order of the addresses. */
export function parseUniqueId(words: string): string {
  return words
    .split(' ')
    .map((word) =>
      formatHex32(Number(word))
        .slice(2)
        .replace(/(..)(..)(..)(..)/, '$4$3$2$1'),
    )
    .join('');
}

/** Sectors that are erased: OpenOCD names only the others. Null when it did not come to the end of its check. */
export function parseBlankSectors(lines: readonly string[]): readonly number[] | null {
  if (!lines.some((line) => line.includes('successfully checked erase state'))) return null;
  const others = lines.flatMap((line) => /^\s*#\s*(\d+): .*(?:not erased|erase state unknown)$/.exec(line)?.[1] ?? []);
  return stm32f2SectorNumbers.filter((sector) => !others.includes(String(sector)));
}
