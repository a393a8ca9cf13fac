// The verbs of the record as they are declared: pages, figures, exports, proof, backup and upkeep.
import { periodParts } from '../../../domain/quality/period.ts';
import { filterOptions } from '../../options/filter-options.ts';
import { personOptions } from '../../options/person-options.ts';
import { recordOptions } from '../../options/record-options.ts';
import {
  requireChoice,
  requireText,
  type TypedInput,
  takeFlag,
  takeText,
  takeTextOr,
  takeTexts,
} from '../../options/verb-input.ts';
import { declareVerb } from '../verb.ts';

const DEFAULT_OUT = 'reports';

const pageOptions = {
  ...recordOptions,
  out: takeTextOr(DEFAULT_OUT, 'folder', 'where pages are written'),
  pdf: takeFlag('print each page to PDF as well, with the Chromium of this machine'),
};

/** Where pages go, and of which record they are. */
export type PageOptions = TypedInput<typeof pageOptions>;

export const reportUnitVerb = declareVerb({
  name: 'unit',
  description: 'pages of all runs of a unit',
  arguments: { unit: requireText('unit', 'label or device id') },
  options: pageOptions,
});

export const reportBatchVerb = declareVerb({
  name: 'batch',
  description: 'page, CSV and table of a batch',
  arguments: { batch: requireText('batch', 'name of the batch') },
  options: pageOptions,
});

export const reportFixtureVerb = declareVerb({
  name: 'fixture',
  description: 'page, CSV and table of a fixture',
  arguments: { fixture: requireText('number', 'number of the fixture') },
  options: pageOptions,
});

export const reportDayVerb = declareVerb({
  name: 'day',
  description: 'page, CSV and table of a day, or of the days up to another',
  arguments: { day: requireText('day', 'as in 2026-01-05') },
  options: {
    ...pageOptions,
    until: takeText('day', 'last day, when there are more'),
    by: takeTextOr('hour', 'part', `parts on the page: ${periodParts.join(', ')}`),
  },
});

export const statsVerb = declareVerb({
  name: 'stats',
  description:
    'print yields with their rules, what failed most, Cpk, retests, units an hour, step times, and what the line itself is worth',
  options: { ...recordOptions, ...filterOptions, json: takeFlag('one JSON object on standard output') },
  help: `
Examples:
  flashline stats                                     everything on record
  flashline stats --batch B42                         one batch
  flashline stats --since 2026-01-05 --fixture 3      a fixture since that day

Reference units and engineering runs are in no figure but those of the fixtures. The last tables are of the last 5,000
runs: what reference units say of each fixture, limits that lots set themselves, what was learnt of failures. It works
beside a running station.
`,
});

/** Named here as well, so that help needs none of their code; the verb's test holds them against the formats. */
const FORMATS = ['csv', 'junit', 'openhtf', 'wsjf', 'cfx', 'tofupilot'];

export const exportVerb = declareVerb({
  name: 'export',
  description: 'write runs as CSV, JUnit, OpenHTF, WATS, CFX or TofuPilot files',
  options: {
    ...recordOptions,
    format: requireChoice(FORMATS, 'name', 'the format'),
    out: requireText('folder', 'where the files go; made when it is not there'),
    since: takeText('time', 'runs that started then or later: 2026-01-05, or 2026-01-05T14:00:00+01:00'),
    batch: filterOptions.batch,
    fixture: filterOptions.fixture,
    recipe: filterOptions.recipe,
    processCode: takeText('number', 'wsjf: number of the process as set up in WATS'),
    repairCode: takeText('number', 'wsjf: number of the repair operation as set up in WATS'),
    location: takeText('name', 'wsjf and cfx: where the station stands'),
    procedure: takeText('id', 'tofupilot: id of the procedure as set up there'),
    json: takeFlag('one JSON object on standard output'),
  },
  help: `
Examples:
  flashline export --format csv --out export
  flashline export --format wsjf --since 2026-01-05 --process-code 10 --location Oslo --out /srv/wats
  flashline export --format junit --batch B42 --out ci

It says what each format was checked against, or that it was not externally checked.
It works beside a running station and changes nothing on record.
`,
});

export const verifyVerb = declareVerb({
  name: 'verify',
  description: 'prove that the record is whole and unaltered',
  options: {
    ...recordOptions,
    heads: takeTexts('file', 'heads of this record that are kept elsewhere; those of the station file are known'),
    json: takeFlag('one JSON object on standard output'),
  },
});

export const vouchVerb = declareVerb({
  name: 'vouch',
  description:
    'answer for a record whose key or heads were lost; it is proved as far as it can be, and says who answered',
  options: {
    reason: requireText('text', 'what was looked into, and what was found'),
    ...recordOptions,
    ...personOptions,
  },
});

export const backupVerb = declareVerb({
  name: 'backup',
  description: 'copy the record into one file, also while the station runs',
  arguments: { file: requireText('file', 'the file; it appears only when it is whole and proved') },
  options: recordOptions,
});

export const restoreVerb = declareVerb({
  name: 'restore',
  description: 'put a backup in the place of the record; what was there is set aside, never deleted',
  arguments: { file: requireText('file', 'a file that flashline backup wrote') },
  options: {
    force: takeFlag('also when the present record holds more than the backup'),
    ...recordOptions,
    ...personOptions,
  },
});

export const retentionVerb = declareVerb({
  name: 'retention',
  description: 'drop bulky evidence of old runs; their runs, verdicts and hashes stay',
  options: {
    keepDays: requireText('number', 'evidence of the last so many days stays'),
    reason: takeTextOr('retention period is over', 'text', 'why'),
    ...recordOptions,
    ...personOptions,
  },
  help: `
Example:
  flashline retention --keep-days 1095 --name "Q. Uality" --station bench-1

Serial transcripts, flash maps and the like of older runs go; the record keeps their hashes, and that they were dropped.
`,
});
