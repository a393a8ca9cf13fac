// `flashline reference list`: golden and known-bad units as they were registered.
import { toVisibleText } from '../../../base/visible-text.ts';
import { withReadableRecord } from '../../input/with-record.ts';
import type { Cli, VerbInput } from '../verb.ts';
import type { listReferencesVerb } from './unit-verbs.ts';

/** Registrations looked back on. */
const LOG_LOOK_BACK = 1_000;

export async function listReferenceUnits(
  { terminal }: Cli,
  { json, ...choice }: VerbInput<typeof listReferencesVerb>,
): Promise<void> {
  await withReadableRecord(choice, async ({ log }) => {
    for (const { at, body } of await log.findRecentEntries('reference-unit', LOG_LOOK_BACK)) {
      const { unit, purpose, code, by } = body;
      const line = `${unit.label ?? ''}  ${purpose}${code === null ? '' : ` ${code}`}  by ${by.id}, ${at}`;
      terminal.writeOut(`${json ? JSON.stringify({ at, ...body }) : toVisibleText(line)}\n`);
    }
  });
}
