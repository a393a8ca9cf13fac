// What stands in a population file: the schema of each part, with the sentences that editors show.
import { z } from 'zod';
import { nameSchema } from '../../recipe/load/recipe-schema.ts';
import { durationSchema } from '../../recipe/yaml/quantity-schemas.ts';
import { type FigureName, figureNames } from '../figures/figures.ts';
import { type ConditionName, conditionNames } from './conditions.ts';

/** Version of the language of population files. */
const LANGUAGE_VERSION = 1;
const MAX_FIXTURES = 64;
const MAX_UNITS_PER_LOT = 50_000;

const SHARE_FORM = /^(?:(\d+(?:\.\d+)?) ?%|1 in (\d+(?:\.\d+)?))$/;
const explainShare = 'write a share in per cent or as one in so many: 2 %, 1 in 1500';

/** A share as written, `2 %` or `1 in 1500`; gives 0.02. */
const shareSchema = z
  .string({ error: explainShare })
  .regex(SHARE_FORM, { error: explainShare })
  .describe('A share: 2 %, or 1 in 1500')
  .transform((text) => {
    const [, percent, oneIn] = SHARE_FORM.exec(text)!;
    return Number((percent === undefined ? 1 / Number(oneIn) : Number(percent) / 100).toPrecision(12));
  })
  .refine((share) => share >= 0 && share <= 1, { error: 'a share lies between 0 % and 100 %' });

const faultSchema = z
  .enum(conditionNames as [ConditionName, ...ConditionName[]])
  .describe('The face it shows: a fault of the library, see "flashline faults"');

const faceSchema = z.strictObject({ fault: faultSchema, share: shareSchema.describe('How often, of the whole') });
const facesSchema = z.array(faceSchema).max(50).describe('What it looks like, by share');

const failSchema = z
  .union([
    shareSchema,
    z.array(shareSchema).min(1).max(50),
    z
      .strictObject({
        from: shareSchema.describe('Least probability'),
        to: shareSchema.describe('Greatest probability'),
        spread: z.enum(['even', 'log']).default('even').describe('Evenly, or evenly on a logarithmic scale'),
      })
      .refine(({ from, spread }) => spread === 'even' || from > 0, { error: 'a logarithmic scale begins above 0 %' }),
  ])
  .describe(
    'Probability of such a unit to fail one run on a sound fixture: 95 %, any of several, or drawn between two',
  );

const countSchema = z.int().min(1).max(1_000_000);
const positionSchema = z
  .strictObject({
    position: countSchema.describe('Which, counted from 1'),
    of: countSchema.describe('Of so many'),
  })
  .refine(({ position, of }) => position <= of, { error: 'the position is at most as high as the count' });

const EXPLAIN_COVERED = 'write true, false or a kind of step: power-cycle';

/** One kind of defect. */
const defectSchema = z.strictObject({
  fault: faultSchema,
  share: shareSchema.describe('Share of the units that can have it'),
  curable: z.boolean().default(false).describe('Whether rework over SWD cures it'),
  fail: failSchema.optional(),
  covered: z
    .union([z.boolean(), z.string().regex(/^[a-z]+(-[a-z]+)+$/, { error: EXPLAIN_COVERED })], {
      error: EXPLAIN_COVERED,
    })
    .default(true)
    .describe('false: the recipe cannot see it; a kind of step: only a recipe with such a step sees it'),
  units: z
    .strictObject({ from: countSchema.describe('First number'), to: countSchema.describe('Last number') })
    .optional()
    .describe('Only units of these numbers in each lot: a reel, a tray'),
  panel: positionSchema.optional().describe('Only units at this position of a panel'),
  lots: positionSchema.optional().describe('Only this lot of so many'),
});

const windowSchema = z
  .strictObject({
    every: countSchema.describe('Length of the period'),
    from: z.int().min(0).max(1_000_000).describe('Beginning of the part'),
    to: countSchema.describe('End of the part'),
    times: z.number().min(0).max(1000).describe('How many times as often in that part'),
  })
  .describe('A time of day or temperature, in plug-ins at each fixture: 300 are a shift of 450 minutes');

const defectsSchema = z
  .strictObject({
    scale: z.number().min(0).max(1000).describe('Multiplies the shares of all kinds'),
    fail: failSchema,
    when: windowSchema,
    kinds: z.array(defectSchema).max(100).describe('Each kind with its share of all units'),
  })
  .partial();

const troubleSchema = z.strictObject({
  fixtures: z.array(z.int().min(1).max(99)).min(1).describe('Which fixtures have it'),
  fail: z
    .union([
      shareSchema,
      z.strictObject({
        from: shareSchema.describe('With a new cable'),
        to: shareSchema.describe('At the end'),
        over: countSchema.describe('Plug-ins at each fixture until it has risen to the second'),
      }),
    ])
    .describe('Share of runs that fail, or how it rises since the cable was new'),
  faces: facesSchema.min(1).describe('What it looks like, by share'),
  sector: z.int().min(0).max(11).optional().describe('Sector in which trouble with flash shows'),
  'cured by': z.enum(['cable', 'port', 'nothing']).default('cable').describe('What a technician must change'),
  'only for': z.array(faultSchema).default([]).describe('Only units of these varieties'),
  when: windowSchema.optional(),
});

const referenceSchema = z.strictObject({
  unit: z.string().min(1).max(60).describe('Name of the golden or known-bad unit'),
  after: countSchema.describe('Runs it has had when it changes'),
  becomes: faultSchema,
  fail: shareSchema.default(1).describe('Share of its runs that it fails from then on'),
});

const sections = {
  'hard defects': defectsSchema.describe('Units that fail every run, or nearly'),
  'intermittent defects': defectsSchema.describe('Units that fail some of their runs'),
  'one-offs': z
    .strictObject({
      share: shareSchema.describe('Share of runs of a good unit on a sound fixture that fail once'),
      faces: facesSchema,
      'usb flakes': shareSchema.describe('Share of runs in which the link is lost for a moment'),
      when: windowSchema,
    })
    .partial(),
  cables: z
    .strictObject({
      break: shareSchema.describe('Share of plug-ins that break the cable'),
      fail: z
        .array(
          z.strictObject({
            value: shareSchema.describe('Share of runs that fail'),
            share: shareSchema.describe('Share of broken cables'),
          }),
        )
        .min(1)
        .describe('How often a broken cable fails a run'),
      'in the port': shareSchema.describe('Share of broken ones that a new cable does not cure'),
      faces: facesSchema.min(1).describe('What it looks like, by share'),
    })
    .partial(),
  station: z
    .strictObject({
      'host errors': shareSchema.describe('Share of runs that end by the own error of the station'),
      'hub resets': shareSchema.describe('Hub resets per run'),
      hubs: z.int().min(1).max(16).describe('Hubs that share the fixtures'),
      'hub drop': durationSchema,
      'long drops': shareSchema,
      'long drop': durationSchema,
      kills: shareSchema.describe('Kills of the program per run'),
      restart: durationSchema,
      slowness: z.number().min(0.1).max(20).describe('Steps take so many times as long: a slow host'),
    })
    .partial(),
  people: z
    .strictObject({
      'wrong fixture': shareSchema,
      'instruction ignored': shareSchema,
      'once more': shareSchema,
      'label mixed up': shareSchema,
      'pulled out': shareSchema,
      'wrong bin': shareSchema.describe('Share of units that go among the passed ones whatever the screen says'),
      'reference ignored': shareSchema.describe('Share of requests for a golden unit that nobody follows'),
      'least handling': durationSchema,
      'most handling': durationSchema,
      technician: durationSchema.describe('Until a technician has repaired a stopped fixture'),
      desk: durationSchema.describe('How often engineers go through what waits for them'),
      'called at': countSchema.describe(
        'Units in the bins at which they are called; they come as soon as a technician',
      ),
    })
    .partial(),
  rework: z
    .strictObject({
      'probe finds': shareSchema.describe('Chance that SWD shows a flash defect that fails nearly every run'),
      'probe finds intermittent': shareSchema.describe('Chance that SWD shows any other flash defect'),
      'probe accuses good': shareSchema.describe('Chance that the probe shows a defect on a unit that has none'),
      cures: shareSchema.describe('Chance that rework cures what is curable'),
      spoils: shareSchema.describe('Chance that rework spoils the unit'),
    })
    .partial(),
  identities: z
    .strictObject({
      'duplicate device ids': shareSchema.describe('Share of units with the device id of another'),
      'duplicate labels': shareSchema.describe('Share of units with the label of another'),
    })
    .partial(),
};

/** A population file; what is left out is as in the population named by `like`. */
export const populationSchema = z.strictObject({
  flashline: z
    .literal(LANGUAGE_VERSION, {
      error: `this version of Flashline reads populations that begin with "flashline: ${LANGUAGE_VERSION}"`,
    })
    .describe('Version of the language of population files'),
  population: nameSchema.describe('Name of the population'),
  title: z.string().min(1).max(200).describe('What it is, in one sentence'),
  because: z.string().min(1).max(4000).describe('Where its rates come from, and what it is there to show'),
  like: z.string().min(1).max(200).optional().describe('Population that this one is like where it says nothing'),
  'units per lot': z.int().min(1).max(MAX_UNITS_PER_LOT).optional().describe('Units of one lot, 5000 when left out'),
  sample: countSchema.optional().describe('Units presented in the table of all populations'),
  fixtures: z.int().min(1).max(MAX_FIXTURES).optional().describe('How many fixtures of the station work'),
  goals: z
    .partialRecord(z.enum(figureNames as [FigureName, ...FigureName[]]), z.number().min(0))
    .optional()
    .describe('Upper bounds of figures; those of the population that this one is like do not count here'),
  'further defects': z.array(defectSchema).max(100).optional().describe('Defects beside the others: a reel, a tray'),
  variety: facesSchema.optional().describe('Good units that are not all alike, as shares of the good ones'),
  'fixture troubles': z
    .array(troubleSchema)
    .max(50)
    .optional()
    .describe('Trouble of fixtures beyond cables that break: a hub, a rail or a host that several share'),
  references: z.array(referenceSchema).max(20).optional().describe('Golden and known-bad units that change'),
  'hard defects': sections['hard defects'].optional(),
  'intermittent defects': sections['intermittent defects'].optional(),
  'one-offs': sections['one-offs'].optional().describe('Trouble that fails one run of a good unit'),
  cables: sections.cables.optional().describe('Cables that break'),
  station: sections.station.optional().describe('The station, its host and its hubs'),
  people: sections.people.optional().describe('What people do otherwise than told, as shares of the occasions'),
  rework: sections.rework.optional().describe('What the rework bench can tell and cure'),
  identities: sections.identities.optional().describe('Units that are taken for another'),
});

export type WrittenPopulation = z.output<typeof populationSchema>;
export type WrittenDefect = z.output<typeof defectSchema>;
export type WrittenFail = z.output<typeof failSchema>;
export type WrittenTrouble = z.output<typeof troubleSchema>;
