// `flashline line migrate`, `admit`, `suspend`, `status`, `verify`: what is done at the centre of a line.
import { toVisibleText } from '../../../base/visible-text.ts';
import {
  admitStation,
  readLineStatus,
  type StationStatus,
  suspendStation,
  verifyStations,
} from '../../../line/postgres/administer-centre.ts';
import { migrateCentre } from '../../../line/postgres/migrate-centre.ts';
import { exitCodes } from '../../output/exit-codes.ts';
import type { Cli, VerbInput } from '../verb.ts';
import { requireCentreUrl } from './centre-url.ts';
import type {
  admitStationVerb,
  lineStatusVerb,
  migrateCentreVerb,
  suspendStationVerb,
  verifyLineVerb,
} from './line-verbs.ts';

export async function migrateLine({ terminal }: Cli, { centre }: VerbInput<typeof migrateCentreVerb>): Promise<void> {
  const { from, to } = await migrateCentre(requireCentreUrl(centre));
  terminal.writeOut(from === to ? `the centre is of version ${to} already\n` : `the centre is of version ${to} now\n`);
}

export async function admitToLine(
  { terminal }: Cli,
  { name, centre }: VerbInput<typeof admitStationVerb>,
): Promise<void> {
  const { role, password } = await admitStation(requireCentreUrl(centre), name);
  terminal.writeOut(`${toVisibleText(name)} is admitted; it logs in as ${toVisibleText(role)}\n`);
  if (password !== null) terminal.writeOut(`password, shown once: ${password}\n`);
}

export async function suspendOnLine(
  { terminal }: Cli,
  { name, centre }: VerbInput<typeof suspendStationVerb>,
): Promise<void> {
  await suspendStation(requireCentreUrl(centre), name);
  terminal.writeOut(`${toVisibleText(name)} is suspended: the centre takes nothing more from it\n`);
}

export async function printLineStatus(
  { terminal }: Cli,
  { centre, json }: VerbInput<typeof lineStatusVerb>,
): Promise<void> {
  const stations = await readLineStatus(requireCentreUrl(centre));
  if (json) for (const station of stations) terminal.writeOut(`${JSON.stringify(station)}\n`);
  else if (stations.length === 0) terminal.writeOut('no station is admitted yet: flashline line admit NAME\n');
  else for (const station of stations) terminal.writeOut(`${formatStation(station)}\n`);
}

function formatStation({ name, state, recordCount, runCount, lastContact }: StationStatus): string {
  const heard = lastContact === null ? 'never heard of' : `last heard of ${lastContact}`;
  return `${toVisibleText(name).padEnd(24)}${state.padEnd(11)}${recordCount} records, ${runCount} runs, ${heard}`;
}

export async function verifyLine(cli: Cli, { centre, json }: VerbInput<typeof verifyLineVerb>): Promise<void> {
  const proofs = await verifyStations(requireCentreUrl(centre));
  for (const proof of proofs) {
    const { name, recordCount, brokenAt } = proof;
    const found = brokenAt === null ? 'whole and unaltered' : `BROKEN at record ${brokenAt}`;
    cli.terminal.writeOut(
      json ? `${JSON.stringify(proof)}\n` : `${toVisibleText(name).padEnd(24)}${recordCount} records: ${found}\n`,
    );
  }
  if (proofs.some(({ brokenAt }) => brokenAt !== null)) cli.exit(exitCodes.station);
}
