// What stands in a station file: the schema of each part, with the sentences that editors show.
import { z } from 'zod';
import { roles } from '../../domain/people/person.ts';
import { nameSchema } from '../../recipe/load/recipe-schema.ts';
import { durationSchema, percentSchema } from '../../recipe/yaml/quantity-schemas.ts';
import { missingOperationActions } from '../../verdict/policy/policy.ts';
import { probeKinds, stationModes } from './station-plan.ts';

/** Version of the language of station files. */
const LANGUAGE_VERSION = 1;
/** As many tiles as the operator's board can show. */
const MAX_FIXTURES = 64;

const createPatternSchema = (pattern: RegExp, error: string) => z.string().regex(pattern, { error });

const portSchema = createPatternSchema(
  /^\d{1,3}-\d{1,3}(\.\d{1,3}){0,6}$/,
  "write the port's path in the USB tree: bus, then the chain of hub ports: 1-4.3",
).describe('Path of a USB port: 1-4.3. "flashline doctor" lists what is plugged in where');

const probeSchema = z.strictObject({
  kind: z.enum(probeKinds).describe('What kind of debug probe it is'),
  serial: z.string().min(1).max(64).optional().describe('Its serial number, in quotes when it has only digits'),
  usb: portSchema.optional().describe('The USB port it is plugged into, where it has no serial number'),
});

const powerSchema = z.union([
  z.literal('operator'),
  z.strictObject({
    hub: portSchema.describe('The hub that switches its ports'),
    port: z.int().min(1).max(255).describe('The port of that hub'),
  }),
]);

/** One entry of `fixtures`. */
export const fixtureSchema = z.strictObject({
  number: z.int().min(1).max(99).describe('The number that stands on the fixture'),
  port: portSchema.describe(
    'The USB port that a unit in this fixture hangs on: its place in the tree, never a serial number',
  ),
  serial: portSchema.optional().describe('The USB port of the serial connector, where the unit has a second one'),
  power: powerSchema.default('operator').describe('What switches the power: a hub port, or the operator who re-plugs'),
  cable: z.string().min(1).max(40).optional().describe('Name of the cable, whose plug-ins are counted'),
  probe: probeSchema.optional().describe('The debug probe wired to this fixture'),
  for: z
    .enum(['production', 'rework'])
    .default('production')
    .describe('rework: the rework bench, open only while a recipe runs that uses a debug probe; it needs a probe'),
});

export type WrittenFixture = z.output<typeof fixtureSchema>;
export type WrittenProbe = z.output<typeof probeSchema>;

const signers = z.array(z.enum(roles));

/** The section `policy`: whatever is left out has its safe value. No recipe can change it. */
export const policySchema = z.strictObject({
  'runs without repair': z.number().optional().describe('Runs of a unit that count, before it is held (safe: 4)'),
  'uncounted runs': z
    .number()
    .optional()
    .describe('Runs that do not count, before the unit is held all the same (safe: 6)'),
  repairs: z.number().optional().describe('Repairs before rework is no longer an answer (safe: 2)'),
  'passes after failure': z.number().optional().describe('Passes in a row a unit needs after a failure (safe: 3)'),
  'passes after analysis': z
    .number()
    .optional()
    .describe('Passes in a row a unit needs after an analysis that found nothing (safe: 4)'),
  analyses: z
    .number()
    .optional()
    .describe('Releases after an analysis, before a further failure goes to the review board (safe: 1)'),
  'passes after unexplained repair': z
    .number()
    .optional()
    .describe('Passes in a row after a repair that found nothing; 0: the review board decides (safe: 0)'),
  'fixtures to condemn': z.number().optional().describe('Fixtures on which a failure must be seen (safe: 2)'),
  signatures: z.number().optional().describe('People who must sign scrap or use as is (safe: 2)'),
  'challenge every': durationSchema
    .optional()
    .describe('How long a passed challenge counts, where the recipe does not say (safe: 8 h)'),
  'decide within': durationSchema
    .optional()
    .describe('How long a unit may wait on hold, for rework or scrap, before it is overdue (safe: 24 h)'),
  'cable rated for': z.number().optional().describe('Plug-ins a cable is rated for (safe: 1500)'),
  'cable warning at': percentSchema.optional().describe('Share of the rating at which a warning is given (safe: 80 %)'),
  'scan first': z
    .union([z.literal('never'), durationSchema])
    .optional()
    .describe('How long a label scanned before its unit is put in waits for it; never: only when asked (safe: 20 s)'),
  'no earlier operation': z
    .enum(missingOperationActions)
    .optional()
    .describe('A unit with no record of the operation before: mark its pass, or hold it untouched (safe: mark)'),
  'may sign scrap': signers.optional().describe('Roles that may sign scrap (safe: engineer, quality)'),
  'may sign use as is': signers.optional().describe('Roles that may sign use as is (safe: engineer, quality)'),
});

export type WrittenPolicy = z.output<typeof policySchema>;

const personSchema = z.strictObject({
  name: z.string().min(1).max(60).describe('Name as it goes into records'),
  role: z.enum(roles).describe('What the person may do'),
});

const programSchema = z.strictObject({
  path: createPatternSchema(/^\//, 'write the whole path, from /').describe('The executable'),
  sha256: createPatternSchema(/^[0-9a-f]{64}$/, 'a SHA-256 is 64 hex digits in lower case').describe(
    'SHA-256 of the executable',
  ),
});

/** The top of a station file; fixtures and policy are held to their own schemas. */
export const stationSchema = z.strictObject({
  flashline: z
    .literal(LANGUAGE_VERSION, {
      error: `this version of Flashline reads stations that begin with "flashline: ${LANGUAGE_VERSION}"`,
    })
    .describe('Version of the language of station files'),
  station: nameSchema.describe('Name of the station in records'),
  mode: z
    .enum(stationModes)
    .default('development')
    .describe('production: only signed recipes run; development: any recipe runs, and records say so'),
  bench: z.enum(['real', 'virtual']).default('real').describe('virtual: boards that exist only in this program'),
  fixtures: z.array(z.unknown()).min(1).max(MAX_FIXTURES).describe('The fixtures of the station'),
  'at once': z
    .int()
    .min(1)
    .max(MAX_FIXTURES)
    .optional()
    .describe('How many fixtures may work at the same time; all when left out'),
  record: z.string().min(1).optional().describe('Folder of the record; .flashline/STATION when left out'),
  heads: z
    .string()
    .min(1)
    .optional()
    .describe(
      'Folder on another disk or machine that gets every signed head of the record, which proves how long it was',
    ),
  reports: z.string().min(1).default('reports').describe('Folder for the pages'),
  firmware: z.string().min(1).default('.flashline/firmware').describe('Folder of fetched images'),
  keyring: z.string().min(1).optional().describe('File of public keys that may sign recipes'),
  policy: z.unknown().optional().describe('What the station may decide by itself'),
  people: z
    .array(personSchema)
    .max(200)
    .default([])
    .describe('Who works here; when empty, a signer states name and role'),
  programs: z.array(programSchema).max(50).default([]).describe('Programs that exec steps may run; none when left out'),
});

export type WrittenStation = z.output<typeof stationSchema>;
