// What stands in a recipe beside its steps: the schema of each section, with the sentences that editors show.
import { z } from 'zod';
import { cpuNames } from '../../device/firmware/cpu.ts';
import { moduleFunctions } from '../../device/firmware/particle/particle-module.ts';
import { restPolicies } from '../../device/firmware/sector-rest.ts';
import { type FailureCode, failureCodes } from '../../domain/run/failure.ts';
import { checkDigits, dfuProtocols, labelSources, permits, writeModes } from '../recipe.ts';
import { patternSchema } from '../yaml/pattern-schema.ts';
import { durationSchema, usbIdSchema } from '../yaml/quantity-schemas.ts';

/** Version of the recipe language. */
const LANGUAGE_VERSION = 1;

const createTextSchema = (pattern: RegExp, error: string) => z.string().regex(pattern, { error });

/** A name that goes into records, file names and commands. */
export const nameSchema = createTextSchema(
  /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/,
  'a name has letters, digits, ".", "_" and "-", at most 64',
);

const PLATFORM_IDS = {
  ...{ core: 0, photon: 6, p1: 8, electron: 10 },
  ...{ argon: 12, boron: 13, xenon: 14, esomx: 15, bsom: 23, b5som: 25, tracker: 26 },
  p2: 32,
} as const;

const platformNames = Object.keys(PLATFORM_IDS) as (keyof typeof PLATFORM_IDS)[];

const IMAGE_FIELDS = {
  file: z
    .string()
    .min(1)
    .max(255)
    .describe(
      'The file, searched beside the recipe and in .flashline/firmware; synthetic:NAME@VERSION is made by the virtual bench',
    ),
  sha256: createTextSchema(/^[0-9a-f]{64}$/, 'a SHA-256 is 64 hex digits in lower case')
    .optional()
    .describe('SHA-256 of the file as sha256sum prints it; only synthetic images go without'),
  address: z
    .int({ error: 'write the address as a hex number without quotes: 0x08020000' })
    .min(0)
    .max(0xffff_fffc)
    .optional()
    .describe('Where it goes in flash: 0x08020000; left out when the file says it itself'),
  format: z
    .literal('raw', { error: 'write raw, or leave it out: what a file is follows from its content' })
    .optional()
    .describe(
      'raw: the very bytes of the file are written, whatever they look like; else text, archives and blank files are refused',
    ),
  alt: z
    .int()
    .min(0)
    .max(15)
    .optional()
    .describe(
      'Alternate setting of the DFU interface, 0 when left out; of a DfuSe file it chooses the one target that is written, which is all of them when left out',
    ),
  'rest of sector': z
    .enum(restPolicies)
    .default('erase')
    .describe(
      'What becomes of the rest of a sector that the file fills in part: erase: it is erased with it; keep: it is read, written back and compared; refuse: nothing is erased unless it is blank',
    ),
  write: z
    .enum(writeModes)
    .default('dfu')
    .describe(
      'dfu: to its address; ota-slot: into the OTA slot, from where the running system installs it (bootloaders); swd: to its address by a debug probe',
    ),
  module: z
    .strictObject({
      platform: z
        .union([z.int().min(0).max(65_535), z.enum(platformNames)])
        .transform((platform) => (typeof platform === 'number' ? platform : PLATFORM_IDS[platform]))
        .optional()
        .describe('Platform id or name: photon is 6, p1 is 8, boron is 13'),
      function: z.enum(moduleFunctions).optional().describe('What kind of module it is'),
      index: z.int().min(0).max(255).optional().describe('Which of its kind'),
      version: z.int().min(0).max(65_535).optional().describe('Module version: 2302 in release 2.3.1'),
    })
    .optional()
    .describe('What the Particle module header in the file must say'),
};

/** One entry of `images`. */
export const imageSchema = z.strictObject(IMAGE_FIELDS);

export type WrittenImage = z.output<typeof imageSchema>;

const labelSchema = z.strictObject({
  from: z
    .enum(labelSources)
    .default('scanner')
    .describe('Who gives the label: the scanner, the unit (its device id), the station by counting, or none'),
  pattern: patternSchema.optional().describe('What the whole label looks like'),
  'check digit': z.enum(checkDigits).optional().describe('How the last character is computed from the others'),
  barcode: patternSchema.optional().describe('A barcode that holds more: groups label, part, revision, batch'),
  format: createTextSchema(/^[^#]*#+[^#]*$/, "write one run of # where the digits go: 'P#########'")
    .optional()
    .describe('For counted labels: # is a digit'),
});

const memorySchema = createTextSchema(
  /^@.*\/0x[0-9a-fA-F]{1,8}\/\d/,
  "write it as dfu-util -l prints it: '@Internal Flash /0x08000000/04*016Kg,01*064Kg,07*128Kg'",
);

const FLASH_WORDS = [4, 8, 16, 32, 64, 128, 256] as const;

/** The section `unit`. */
export const unitSchema = z.strictObject({
  label: labelSchema.optional().describe('How a unit is labelled; without it a unit is called by its device id'),
  dfu: z
    .strictObject({
      usb: usbIdSchema.describe('The unit in DFU mode'),
      protocol: z
        .enum(dfuProtocols)
        .default('dfuse')
        .describe(
          'dfuse: images go to addresses (STM32, GD32, Particle); dfu: plain DFU 1.0 or 1.1, the device knows where its image goes (MCUboot, TinyUSB, STM32duino)',
        ),
      interface: z
        .int()
        .min(0)
        .max(255)
        .optional()
        .describe('Number of the interface that is meant, where the unit has several in DFU mode'),
      foreign: z
        .union([usbIdSchema, z.array(usbIdSchema)])
        .transform((ids) => [ids].flat())
        .prefault([])
        .describe('The same board with a bootloader that is recognised and never flashed'),
      memory: z
        .record(z.string().regex(/^\d{1,2}$/, { error: 'name the alternate setting: 0' }), memorySchema)
        .optional()
        .describe("Memories by alternate setting, as the unit's DFU interface names them"),
      'read back': z
        .boolean()
        .default(true)
        .describe('false for a unit without upload: check then asks for another proof than the read-back'),
      'flash word': z
        .union(
          FLASH_WORDS.map((bytes) => z.literal(bytes)),
          { error: `a flash word has ${FLASH_WORDS.join(', ')} bytes` },
        )
        .optional()
        .describe('Bytes that its flash programs at once, where the sizes of its sectors do not tell: 8 (L4), 32 (H7)'),
    })
    .describe('The unit in DFU mode'),
  cpu: z
    .enum(cpuNames)
    .optional()
    .describe(
      'Its processor: cortex-m, risc-v, other, or the chip family (stm32f4); raw binaries, ELF and UF2 files must be for it',
    ),
  serial: z
    .strictObject({ usb: usbIdSchema.describe('The running unit') })
    .optional()
    .describe('The running unit with its serial port'),
});

export type WrittenUnit = z.output<typeof unitSchema>;

const failureCode = z.enum(Object.keys(failureCodes) as [FailureCode, ...FailureCode[]]);

/** The section `challenge`. */
export const challengeSchema = z.strictObject({
  'must pass': z.array(z.string().min(1)).min(1).describe('Labels of golden units'),
  'must fail': z
    .record(z.string().min(1), failureCode)
    .describe('Labels of known-bad units, each with the code it must fail with'),
  every: durationSchema.describe('How long a passed challenge counts; never longer than the station’s policy says'),
});

const retryFields = {
  times: z.int().min(1).max(5).default(1).describe('Further attempts after the first'),
  after: durationSchema.prefault('0 s').describe('Pause before each further attempt'),
  redo: z.array(z.string()).default([]).describe('Steps or groups done again before each further attempt'),
};

/** `retry` of a step or of a group. */
export const retrySchema = z.strictObject(retryFields);

/** Ids become states of the machine that runs the recipe, where a dot means "inside of". */
const idSchema = createTextSchema(
  /^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$/,
  'an id has letters, digits, "_" and "-", at most 64',
);

/** What every step may say beside its kind. */
export const stepFields = {
  id: idSchema.optional().describe('Name of the step in records; its kind when left out'),
  title: z.string().min(1).max(80).optional().describe('What the operator reads'),
  timeout: durationSchema.optional().describe('Longest time of one attempt'),
  retry: retrySchema.optional().describe('Try again when the step fails'),
};

/** A group of steps that is repeated as a whole. */
export const groupFields = {
  group: idSchema.describe('Name of the group'),
  retry: retrySchema.describe('Try the whole group again when one of its steps fails'),
};

const anything = z.unknown();

/** The top of a recipe; the sections are held to their own schemas. */
export const headerSchema = z.strictObject({
  flashline: z
    .literal(LANGUAGE_VERSION, {
      error: `this version of Flashline reads recipes that begin with "flashline: ${LANGUAGE_VERSION}"`,
    })
    .describe('Version of the recipe language'),
  product: z.string().min(1).max(80).describe('The product as people call it'),
  part: z.string().min(1).max(64).describe('Part number'),
  recipe: nameSchema.describe('Name of the recipe, which is the name of the operation in records'),
  revision: z.string().min(1).max(16).describe('Revision of the recipe'),
  purpose: z
    .enum(['production', 'engineering'])
    .default('production')
    .describe('engineering: for one unit at an engineer’s bench, not counted in any yield'),
  after: nameSchema.optional().describe('The operation that a unit must have passed before'),
  permits: z.array(z.enum(permits)).default([]).describe('Permissions that only an engineer’s recipe gives'),
  'on failure': z
    .enum(['stop', 'run all'])
    .default('stop')
    .describe('stop: end at the first step that fails; run all: do the other steps too'),
  firmware: nameSchema.optional().describe('The set that "flashline firmware fetch" brings for this recipe'),
  unit: anything,
  images: anything.optional(),
  setup: anything.optional(),
  steps: anything,
  teardown: anything.optional(),
  challenge: anything.optional(),
});

export type WrittenHeader = z.output<typeof headerSchema>;
