// The demonstration's closing table: each fault, what the station named it, what it decided, and whether that is right.

import { formatShortDuration } from '../../../screen/messages/durations.ts';
import type { DemoUnitResult } from '../../../simulation/demo/demo-units.ts';
import type { VirtualSessionResult } from '../../session/virtual-session.ts';

/** The table as text: a line per fault, the good units as one, then the batch's figures and where the pages are. */
export function formatDemoTable(judgements: readonly DemoUnitResult[], end: VirtualSessionResult): string {
  const faulty = judgements
    .filter(({ unit }) => unit.fault !== 'good')
    .sort((left, right) => left.unit.fault.localeCompare(right.unit.fault));
  const good = judgements.filter(({ unit }) => unit.fault === 'good');
  const wrong = judgements.filter(({ asExpected }) => !asExpected);
  const lines = [
    '',
    formatTableRow('unit', 'fault', 'decided', 'rule', 'named', ''),
    ...faulty.map(formatJudgementRow),
    formatTableRow(
      `${good.length} units`,
      'good',
      `${good.filter(({ last }) => last?.verdict.disposition === 'pass').length} pass`,
      '',
      '',
      '',
    ),
    '',
    `${end.summary.runs} runs of ${judgements.length} units in ${formatShortDuration(end.virtualMs)} of bench time`,
    wrong.length === 0
      ? 'every unit was judged as its fault deserves'
      : `${wrong.length} units were NOT judged as expected`,
    `batch page: ${end.batchPage}`,
    '',
  ];
  return lines.join('\n');
}

function formatJudgementRow({ unit, last, codes, asExpected }: DemoUnitResult): string {
  const { disposition = '–', rule = '' } = last?.verdict ?? {};
  return formatTableRow(
    unit.label,
    unit.fault,
    disposition,
    rule,
    codes.join(', '),
    asExpected ? '' : '  NOT AS EXPECTED',
  );
}

function formatTableRow(
  unit: string,
  fault: string,
  decided: string,
  rule: string,
  named: string,
  remark: string,
): string {
  return `${unit.padEnd(12)}${fault.padEnd(32)}${decided.padEnd(16)}${rule.padEnd(6)}${named}${remark}`.trimEnd();
}
