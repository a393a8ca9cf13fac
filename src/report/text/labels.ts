// The trade's words as a page prints them: dispositions, results, fates, instructions; always a word beside a shape.

import { formatHex32 } from '../../base/bytes.ts';
import type { sectorStatuses } from '../../domain/run/evidence.ts';
import type { FailureSite } from '../../domain/run/failure.ts';
import type { MeasurementResult } from '../../domain/run/measurement.ts';
import type { RunResult, StepResult } from '../../domain/run/run.ts';
import { binColours, type Disposition, type Instruction, type Mark } from '../../domain/run/verdict.ts';

/** Shapes that can be told apart without colour; drawn in glyph.ts. */
export type GlyphShape =
  | 'tick'
  | 'cross'
  | 'turn'
  | 'wrench'
  | 'pause'
  | 'question'
  | 'bin'
  | 'bolt'
  | 'dash'
  | 'wave'
  | 'clock';

/** How a thing is called and drawn. `tone` is the name of a pair of colours in the style. */
export interface StatusLabel {
  readonly word: string;
  readonly shape: GlyphShape;
  readonly tone: 'pass' | 'fail' | 'retest' | 'rework' | 'hold' | 'scrap' | 'station' | 'quiet';
}

export const dispositionLabels: Readonly<Record<Disposition, StatusLabel>> = {
  pass: { word: 'Pass', shape: 'tick', tone: 'pass' },
  retest: { word: 'Retest', shape: 'turn', tone: 'retest' },
  rework: { word: 'Rework', shape: 'wrench', tone: 'rework' },
  hold: { word: 'Hold', shape: 'pause', tone: 'hold' },
  'scrap-proposed': { word: 'Scrap proposed', shape: 'question', tone: 'scrap' },
  scrap: { word: 'Scrap', shape: 'bin', tone: 'scrap' },
};

export const runResultLabels: Readonly<Record<RunResult, StatusLabel>> = {
  pass: { word: 'passed', shape: 'tick', tone: 'pass' },
  fail: { word: 'failed', shape: 'cross', tone: 'fail' },
  error: { word: 'station error', shape: 'bolt', tone: 'station' },
  timeout: { word: 'timed out', shape: 'clock', tone: 'fail' },
  aborted: { word: 'aborted', shape: 'dash', tone: 'quiet' },
  interrupted: { word: 'interrupted', shape: 'dash', tone: 'quiet' },
  void: { word: 'void', shape: 'dash', tone: 'quiet' },
};

export const stepResultLabels: Readonly<Record<StepResult, StatusLabel>> = {
  passed: { word: 'passed', shape: 'tick', tone: 'pass' },
  failed: { word: 'failed', shape: 'cross', tone: 'fail' },
  errored: { word: 'station error', shape: 'bolt', tone: 'station' },
  timeout: { word: 'timed out', shape: 'clock', tone: 'fail' },
  aborted: { word: 'aborted', shape: 'dash', tone: 'quiet' },
  skipped: { word: 'skipped', shape: 'dash', tone: 'quiet' },
};

export const measurementResultLabels: Readonly<Record<MeasurementResult, StatusLabel>> = {
  pass: { word: 'inside', shape: 'tick', tone: 'pass' },
  marginal: { word: 'marginal', shape: 'wave', tone: 'retest' },
  fail: { word: 'outside', shape: 'cross', tone: 'fail' },
  unset: { word: 'not taken', shape: 'dash', tone: 'quiet' },
};

export const sectorStatusLabels: Readonly<Record<(typeof sectorStatuses)[number], StatusLabel>> = {
  untouched: { word: 'untouched', shape: 'dash', tone: 'quiet' },
  erased: { word: 'erased only', shape: 'wave', tone: 'retest' },
  written: { word: 'written, not compared', shape: 'wave', tone: 'retest' },
  verified: { word: 'verified', shape: 'tick', tone: 'pass' },
  'erase-failed': { word: 'ERASE FAILED', shape: 'cross', tone: 'fail' },
  'write-failed': { word: 'WRITE FAILED', shape: 'cross', tone: 'fail' },
  mismatch: { word: 'DIFFERS', shape: 'cross', tone: 'fail' },
};

export const markLabels: Readonly<Record<Mark, string>> = {
  'no-fault-found': 'no fault found',
  marginal: 'marginal',
  reworked: 'reworked',
  resumed: 'resumed',
  'no-earlier-operation': 'no record of the earlier operation',
  'failure-voided': 'a failure before is void',
  'use-as-is': 'use as is',
};

/** One sentence, verb first. */
export function describeInstruction(instruction: Instruction, fixture: number): string {
  switch (instruction.do) {
    case 'put-in-bin':
      return `Lift the unit from fixture ${fixture}. Put it in the ${binColours[instruction.bin]} bin.`;
    case 'move-to-fixture':
      return `Move the unit to fixture ${instruction.fixture} and test it again.`;
    case 'retest-anywhere':
      return 'Test the unit again, on any free fixture.';
    case 'reseat':
      return `Lift the unit, seat it again in fixture ${fixture}, and test it again.`;
    case 'call-technician':
      return `Leave the unit in fixture ${fixture}. Call the technician.`;
  }
}

/** Where in the unit, from the coarse to the fine: `system-part1 · sector 5 · 0x08020000 · ERASE`. */
export function formatFailureSite(site: FailureSite): string {
  const parts = [
    site.image,
    site.sector === undefined ? undefined : `sector ${site.sector}`,
    site.address === undefined ? undefined : formatHex32(site.address),
    site.block === undefined ? undefined : `block ${site.block}`,
  ].filter((part) => part !== undefined);
  if (site.command === undefined) return parts.join(' · ');
  return parts.length === 0 ? `at ${site.command}` : [...parts, site.command].join(' · ');
}
