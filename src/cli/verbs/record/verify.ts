// `flashline verify`: proves that no record was edited, removed, swapped or cut off since it was written.
import type { ChainFault } from '../../../record/chain/chain-check.ts';
import type { VerifyReport } from '../../../record/maintenance/verify.ts';
import { addRecordOption, type RecordOptions } from '../../input/record-option.ts';
import { exitCodes } from '../../output/exit-codes.ts';
import type { AddVerb } from '../program.ts';

export const addVerify: AddVerb = (program, cli) => {
  addRecordOption(program.command('verify').description('prove that the record is whole and unaltered'))
    .option('--json', 'one JSON object on standard output')
    .action(async (options: RecordOptions & { readonly json?: boolean }) => {
      const { verifyRecord } = await import('../../../record/maintenance/verify.ts');
      const { chooseRecordFolder } = await import('../../input/choose-station.ts');
      const report = verifyRecord(chooseRecordFolder(options));
      if (options.json) cli.terminal.writeOut(`${JSON.stringify(report)}\n`);
      else for (const line of describeVerifyReport(report)) cli.terminal.writeOut(`${line}\n`);
      if (report.faults.length > 0) cli.exit(exitCodes.station);
    });
};

function describeVerifyReport({ recordCount, checkpointCount, faults, keys }: VerifyReport): readonly string[] {
  const signed = `${recordCount} records, ${checkpointCount} signed checkpoints, key ${keys.join(', ') || 'none'}`;
  if (faults.length === 0) return [`${signed}: whole and unaltered`];
  return [`${signed}: ${faults.length} faults`, ...faults.map((fault) => `  ${formatChainFault(fault)}`)];
}

function formatChainFault({ what, from, to, text }: ChainFault): string {
  return `${from === to ? `record ${from}` : `records ${from} to ${to}`}: ${what}: ${text}`;
}
