// `flashline verify`: proves that no record was edited, removed, swapped or cut off since it was written.
import type { ChainFault } from '../../../record/chain/chain-check.ts';
import type { VerifyReport } from '../../../record/maintenance/verify.ts';
import { addRecordOption, type RecordOptions } from '../../options/record-options.ts';
import { exitCodes } from '../../output/exit-codes.ts';
import type { AddVerb } from '../program.ts';

export const addVerify: AddVerb = (program, cli) => {
  addRecordOption(program.command('verify').description('prove that the record is whole and unaltered'))
    .option('--heads <file...>', 'heads of this record that are kept elsewhere; those of the station file are known')
    .option('--json', 'one JSON object on standard output')
    .action(async (options: RecordOptions & { readonly json?: boolean; readonly heads?: readonly string[] }) => {
      const { verifyRecord } = await import('../../../record/maintenance/verify.ts');
      const { findRecordOwner, listHeadMirrors } = await import('../../input/with-record.ts');
      const { directory, plan } = await findRecordOwner(options);
      const report = verifyRecord(directory, [...listHeadMirrors(plan), ...(options.heads ?? [])]);
      if (options.json) cli.terminal.writeOut(`${JSON.stringify(report)}\n`);
      else for (const line of describeVerifyReport(report)) cli.terminal.writeOut(`${line}\n`);
      if (report.faults.length > 0) cli.exit(exitCodes.station);
    });
};

function describeVerifyReport({
  recordCount,
  checkpointCount,
  faults,
  keys,
  notices,
}: VerifyReport): readonly string[] {
  const signed = `${recordCount} records, ${checkpointCount} signed checkpoints, key ${keys.join(', ') || 'none'}`;
  const told = notices.map((notice) => `  ${notice}`);
  if (faults.length === 0) return [`${signed}: whole and unaltered`, ...told];
  return [`${signed}: ${faults.length} faults`, ...faults.map((fault) => `  ${formatChainFault(fault)}`), ...told];
}

function formatChainFault({ what, from, to, text }: ChainFault): string {
  return `${from === to ? `record ${from}` : `records ${from} to ${to}`}: ${what}: ${text}`;
}
