// The demonstration's closing table: each fault, what the station named it, what it decided, and whether that is right.

import { duration } from '../../../screen/messages/durations.ts';
import type { DemoJudgement } from '../../../simulation/demo/demo-units.ts';
import type { VirtualShiftEnd } from '../../session/virtual-session.ts';

/** The table as text: a line per fault, the good units as one, then the batch's figures and where the pages are. */
export function demoTable(judgements: readonly DemoJudgement[], end: VirtualShiftEnd): string {
  const faulty = judgements
    .filter(({ unit }) => unit.fault !== 'good')
    .sort((left, right) => left.unit.fault.localeCompare(right.unit.fault));
  const good = judgements.filter(({ unit }) => unit.fault === 'good');
  const wrong = judgements.filter(({ asExpected }) => !asExpected);
  const lines = [
    '',
    row('unit', 'fault', 'decided', 'rule', 'named', ''),
    ...faulty.map(judgementRow),
    row(
      `${good.length} units`,
      'good',
      `${good.filter(({ last }) => last?.verdict.disposition === 'pass').length} pass`,
      '',
      '',
      '',
    ),
    '',
    `${end.summary.runs} runs of ${judgements.length} units in ${duration(end.virtualMs)} of bench time`,
    wrong.length === 0
      ? 'every unit was judged as its fault deserves'
      : `${wrong.length} units were NOT judged as expected`,
    `batch page: ${end.batchPage}`,
    '',
  ];
  return lines.join('\n');
}

function judgementRow({ unit, last, codes, asExpected }: DemoJudgement): string {
  const { disposition = '–', rule = '' } = last?.verdict ?? {};
  return row(unit.label, unit.fault, disposition, rule, codes.join(', '), asExpected ? '' : '  NOT AS EXPECTED');
}

function row(unit: string, fault: string, decided: string, rule: string, named: string, remark: string): string {
  return `${unit.padEnd(12)}${fault.padEnd(32)}${decided.padEnd(16)}${rule.padEnd(6)}${named}${remark}`.trimEnd();
}
