// Text as WATS takes it: bounded, without control characters, serials without its wildcards.
import type { RunRecord } from '../../domain/run/run.ts';
import { unitName } from '../../domain/unit/unit.ts';

/** Most texts of a report. */
export const LONGEST_TEXT = 100;
const LONGEST_MESSAGE = 1000;

/** Serial and part as WATS may hold them: never empty, at most 100 characters, no wildcard. */
export function namesOf({ unit, runId, product }: RunRecord): {
  readonly sn: string;
  readonly pn: string;
  readonly rev: string;
} {
  const name = unitName(unit);
  const sn = name === '–' ? `unknown-${runId}` : name;
  const plain = (text: string): string => clean(text).replace(/[*%?_[\]!^]/g, '-');
  return { sn: plain(sn), pn: clean(unit.part ?? product), rev: clean(unit.revision ?? '-') };
}

const CONTROL = /[\u0000-\u001f\u007f]/;
const CONTROLS = /[\u0000-\u001f\u007f]/g;

/** WATS removes control characters itself; a text cut here is whole in our own record. */
export function clean(text: string): string {
  const plain = (CONTROL.test(text) ? text.replace(CONTROLS, '') : text).slice(0, LONGEST_TEXT);
  return plain === '' ? '-' : plain;
}

/** A longer text, on one line. */
export function message(text: string): string {
  return text.replace(CONTROLS, ' ').slice(0, LONGEST_MESSAGE);
}
