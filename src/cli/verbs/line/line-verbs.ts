// `flashline line ...` as it is declared: a centre for many stations, who may write to it, and what a station sends.
import { recordOptions } from '../../options/record-options.ts';
import { requireText, takeFlag, takeTextOrVariable } from '../../options/verb-input.ts';
import { declareVerb } from '../verb.ts';

const centreOptions = {
  centre: takeTextOrVariable('FLASHLINE_CENTRE', [], 'url', 'the centre’s database: postgresql://user@host/database'),
};

const json = takeFlag('JSON on standard output');

export const migrateCentreVerb = declareVerb({
  name: 'migrate',
  description: 'make a PostgreSQL database (15 or newer) the centre of a line, or bring it up to date',
  options: centreOptions,
  help: `
All of it happens in one transaction, or nothing. The login needs the right to create roles and a schema.
Passwords are never typed here: PGPASSWORD, or a password file (PGPASSFILE).

Example:
  createdb line && flashline line migrate --centre postgresql://postgres@centre/line
`,
});

export const admitStationVerb = declareVerb({
  name: 'admit',
  description: 'let a station write its own record to the centre, and nothing else',
  arguments: { name: requireText('station', 'name of the station, as in its station file') },
  options: centreOptions,
  help: `
Prints the password of the new login once; a login that was there before keeps its own.
A suspended station is taken up again.
`,
});

export const suspendStationVerb = declareVerb({
  name: 'suspend',
  description: 'take nothing more from a station; what the centre has of it stays',
  arguments: { name: requireText('station', 'name of the station') },
  options: centreOptions,
});

export const lineStatusVerb = declareVerb({
  name: 'status',
  description: 'list the stations of the line: what the centre has of each, and when it was last heard of',
  options: { ...centreOptions, json },
});

export const verifyLineVerb = declareVerb({
  name: 'verify',
  description: 'compute every hash of every station’s record at the centre again',
  options: { ...centreOptions, json },
});

export const sendVerb = declareVerb({
  name: 'send',
  description: 'send the station’s record to the centre: everything that is not there yet',
  options: {
    ...recordOptions,
    ...centreOptions,
    follow: takeFlag('go on until Ctrl-C, and wait for the centre while it is away'),
    json,
  },
  help: `
Runs beside the station and only reads its record: no run waits for it. Nothing is marked as sent. The centre tells where
its copy ends, and that is where sending goes on, whatever was killed before.

Example:
  flashline line send --record records/line2 --centre postgresql://line2@centre/line --follow
`,
});

export const lineUnitVerb = declareVerb({
  name: 'unit',
  description: 'list a unit’s runs at all stations of the line',
  arguments: { unit: requireText('unit', 'label or device id') },
  options: { ...centreOptions, json },
});
