// `flashline line unit UNIT`: a unit's runs at all stations of the line, in the order in which the centre got them.
import { toVisibleText } from '../../../base/visible-text.ts';
import type { RunRecord } from '../../../domain/run/run.ts';
import type { CentreRun } from '../../../line/centre.ts';
import { openPostgresCentre } from '../../../line/postgres/postgres-centre.ts';
import type { Cli, VerbInput } from '../verb.ts';
import { requireCentreUrl } from './centre-url.ts';
import type { lineUnitVerb } from './line-verbs.ts';

export async function printUnitOfLine(
  { terminal }: Cli,
  { unit, centre, json }: VerbInput<typeof lineUnitVerb>,
): Promise<void> {
  const keys = ['label', 'id', 'key', 'mac'].map((kind) => `${kind}:${unit}`);
  const opened = await openPostgresCentre(requireCentreUrl(centre));
  try {
    const runs = (await opened.findRunsOfUnit(keys)).map(parseRun);
    if (json) for (const run of runs) terminal.writeOut(`${JSON.stringify(run)}\n`);
    else if (runs.length === 0) terminal.writeOut(`no station of the line has a run of ${toVisibleText(unit)}\n`);
    else for (const run of runs) terminal.writeOut(`${toVisibleText(formatRun(run))}\n`);
  } finally {
    await opened.close();
  }
}

interface LineRun {
  readonly station: string;
  readonly sequence: number;
  readonly position: number;
  readonly run: RunRecord;
}

function parseRun({ body, ...place }: CentreRun): LineRun {
  return { ...place, run: (JSON.parse(body) as { readonly run: RunRecord }).run };
}

function formatRun({ station, run }: LineRun): string {
  const { disposition, rule } = run.verdict;
  const when = run.endedAt.slice(0, 19).replace('T', ' ');
  return `${when}  ${station} fixture ${run.fixture}  ${run.recipe.name}: ${run.result}, ${disposition} (${rule})`;
}
