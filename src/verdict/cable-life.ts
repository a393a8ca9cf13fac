// Plug-ins wear contacts: how far a cable is through its rated life.
import type { Policy } from './policy.ts';

/** `warn`: order a new one; `blocked`: the fixture waits for it. */
export interface CableStanding {
  readonly state: 'fine' | 'warn' | 'blocked';
  readonly cycles: number;
  readonly ratedCycles: number;
  /** For people; empty while fine. */
  readonly text: string;
}

/** The standing of a cable after so many plug-ins (a USB-A plug is rated for about 1,500, micro-B for 10,000). */
export function cableStanding(
  cycles: number,
  policy: Pick<Policy, 'cableRatedCycles' | 'cableWarnShare'>,
): CableStanding {
  const { cableRatedCycles: ratedCycles, cableWarnShare } = policy;
  const state = cycles >= ratedCycles ? 'blocked' : cycles >= ratedCycles * cableWarnShare ? 'warn' : 'fine';
  return { state, cycles, ratedCycles, text: textOf(state, cycles, ratedCycles) };
}

function textOf(state: CableStanding['state'], cycles: number, ratedCycles: number): string {
  if (state === 'fine') return '';
  const used = `The cable has ${cycles} of ${ratedCycles} plug-ins behind it.`;
  return state === 'warn'
    ? `${used} Have a new one ready.`
    : `${used} Replace it, then say so: flashline cable replace.`;
}
