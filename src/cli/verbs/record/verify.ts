// `flashline verify`: proves that no record was edited, removed, swapped or cut off since it was written.

import type { ChainFault } from '../../../record/chain/chain-check.ts';
import { type VerifyReport, verifyRecord } from '../../../record/maintenance/verify.ts';
import { findRecordOwner, listHeadMirrors } from '../../input/with-record.ts';
import { exitCodes } from '../../output/exit-codes.ts';
import type { Cli, VerbInput } from '../verb.ts';
import type { verifyVerb } from './record-verbs.ts';

export async function verifyRecordAndHeads(
  cli: Cli,
  { json, heads = [], ...choice }: VerbInput<typeof verifyVerb>,
): Promise<void> {
  const { directory, plan } = await findRecordOwner(choice);
  const report = verifyRecord(directory, [...listHeadMirrors(plan), ...heads]);
  if (json) cli.terminal.writeOut(`${JSON.stringify(report)}\n`);
  else for (const line of describeVerifyReport(report)) cli.terminal.writeOut(`${line}\n`);
  if (report.faults.length > 0) cli.exit(exitCodes.station);
}

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
