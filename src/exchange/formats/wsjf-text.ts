// Text as WATS takes it: bounded, without control characters, serials without its wildcards.
import type { RunRecord } from '../../domain/run/run.ts';
import { formatUnitName } from '../../domain/unit/unit.ts';

/** Most texts of a report. */
export const MAX_WSJF_TEXT_CHARACTERS = 100;
const MAX_WSJF_MESSAGE_CHARACTERS = 1000;

/** Serial and part as WATS may hold them: never empty, at most 100 characters, no wildcard. */
export function buildWsjfNames({ unit, runId, product }: RunRecord): {
  readonly sn: string;
  readonly pn: string;
  readonly rev: string;
} {
  const name = formatUnitName(unit);
  const sn = name === '–' ? `unknown-${runId}` : name;
  const plain = (text: string): string => cleanWsjfText(text).replace(/[*%?_[\]!^]/g, '-');
  return { sn: plain(sn), pn: cleanWsjfText(unit.part ?? product), rev: cleanWsjfText(unit.revision ?? '-') };
}

const CONTROL = /[\u0000-\u001f\u007f]/;
const CONTROLS = /[\u0000-\u001f\u007f]/g;

/** WATS removes control characters itself; a text cut here is whole in our own record. */
export function cleanWsjfText(text: string): string {
  const plain = (CONTROL.test(text) ? text.replace(CONTROLS, '') : text).slice(0, MAX_WSJF_TEXT_CHARACTERS);
  return plain === '' ? '-' : plain;
}

/** A longer text, on one line. */
export function formatWsjfMessage(text: string): string {
  return text.replace(CONTROLS, ' ').slice(0, MAX_WSJF_MESSAGE_CHARACTERS);
}
