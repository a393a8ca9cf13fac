// `flashline verify`: proves that no record was edited, removed, swapped or cut off since it was written.
import { join } from 'node:path';
import type { ChainFault } from '../../record/chain-check.ts';
import type { VerifyReport } from '../../record/verify.ts';
import { exitCodes } from '../exit-codes.ts';
import { OWN_FOLDER } from '../places.ts';
import type { AddVerb } from '../program.ts';

export const addVerify: AddVerb = (program, cli) => {
  program
    .command('verify')
    .description('prove that the record is whole and unaltered')
    .option('--record <folder>', 'the station’s record', join(OWN_FOLDER, 'record'))
    .option('--json', 'one JSON object on standard output')
    .action(async (options: { record: string; json?: boolean }) => {
      const { verifyRecord } = await import('../../record/verify.ts');
      const report = verifyRecord(options.record);
      if (options.json) cli.terminal.out(`${JSON.stringify(report)}\n`);
      else for (const line of describe(report)) cli.terminal.out(`${line}\n`);
      if (report.faults.length > 0) cli.exit(exitCodes.station);
    });
};

function describe({ recordCount, checkpointCount, faults, keys }: VerifyReport): readonly string[] {
  const signed = `${recordCount} records, ${checkpointCount} signed checkpoints, key ${keys.join(', ') || 'none'}`;
  if (faults.length === 0) return [`${signed}: whole and unaltered`];
  return [`${signed}: ${faults.length} faults`, ...faults.map((fault) => `  ${faultText(fault)}`)];
}

function faultText({ what, from, to, text }: ChainFault): string {
  return `${from === to ? `record ${from}` : `records ${from} to ${to}`}: ${what}: ${text}`;
}
