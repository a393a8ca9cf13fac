// Step exec: runs an outside program that the station allows by its hash; argument list, no shell, bounded.
import { z } from 'zod';
import { StationError } from '../../base/station-error.ts';
import { toVisibleLines } from '../../base/visible-text.ts';
import type { ProgramResult } from '../../equipment/programs.ts';
import { createFailedOutcome } from '../failed-outcome.ts';
import { capturedSchema, recordCapturedMeasurements } from '../measure/captured-groups.ts';
import { defineStep, type StepContext, type StepOutcome } from '../step.ts';
import { listValuesAsked, resolveUnitText, unitTextSchema } from '../unit/unit-text.ts';
import { patternSchema } from '../yaml/pattern-schema.ts';
import { durationSchema } from '../yaml/quantity-schemas.ts';

/** Output that is kept and searched; a program may print more, it is cut. */
const MAX_OUTPUT_BYTES = 16_384;

const schema = z
  .strictObject({
    program: z.string().min(1).describe('Path of the executable'),
    sha256: z
      .string()
      .regex(/^[0-9a-f]{64}$/, { error: 'a SHA-256 is 64 hex digits in lower case' })
      .describe('SHA-256 of the executable, as the station lists it'),
    args: z
      .array(unitTextSchema)
      .default([])
      .describe(
        'Arguments, each passed on as it is; {label}, {device id}, {MAC address} and {port path} stand for the unit’s own',
      ),
    'exit code': z.number().int().min(0).max(255).default(0).describe('The exit code that passes'),
    expect: patternSchema.optional().describe('A regular expression that the output holds; named groups are captured'),
    measure: z.array(capturedSchema).default([]).describe('Captured numbers and texts kept as measurements'),
    within: durationSchema.prefault('10 s').describe('How long the program may run'),
  })
  .transform((given) => ({
    program: given.program,
    sha256: given.sha256,
    args: given.args,
    exitCode: given['exit code'],
    expect: given.expect ?? null,
    measure: given.measure,
    withinMs: given.within,
  }));

type Parameters = z.output<typeof schema>;

/** Step kind `exec`. */
export const exec = defineStep({
  kind: 'exec',
  summary: 'Run an outside program that the station allows',
  schema,
  valuesAsked: ({ args }) => args.flatMap(listValuesAsked),
  defaultTimeoutMs: 60_000,
  run: runAllowedProgram,
});

async function runAllowedProgram(parameters: Parameters, context: StepContext): Promise<StepOutcome> {
  const { fixture, signal } = context;
  if (!fixture.programs) throw createProgramsOffError(parameters.program);
  const result = await fixture.programs.run(
    {
      path: parameters.program,
      sha256: parameters.sha256,
      args: parameters.args.map((arg) => resolveUnitText(arg, context)),
      timeoutMs: parameters.withinMs,
      maxOutputBytes: MAX_OUTPUT_BYTES,
    },
    signal,
  );
  return judgeProgramResult(parameters, context, result);
}

function judgeProgramResult(parameters: Parameters, context: StepContext, result: ProgramResult): StepOutcome {
  const output = new TextDecoder().decode(result.stdout);
  const text = toVisibleLines(`${output}${new TextDecoder().decode(result.stderr)}`);
  const evidence = { kind: 'note', text: `${parameters.program}: exit code ${result.exitCode}\n${text}` } as const;
  context.addEvidence(evidence);
  if (result.wasOverdue) {
    return createFailedOutcome(
      'step/timeout',
      `${parameters.program} did not end within ${parameters.withinMs / 1000} s`,
      [evidence],
    );
  }
  if (result.exitCode === null) throw createBrokenProgramError(parameters.program);
  if (result.exitCode !== parameters.exitCode) {
    const message = `${parameters.program} ended with ${result.exitCode}, the recipe asks for ${parameters.exitCode}`;
    return createFailedOutcome('exec/failed', message, [evidence]);
  }
  const match = parameters.expect?.find(output);
  if (parameters.expect && !match) {
    return createFailedOutcome(
      'exec/failed',
      `The output of ${parameters.program} does not match ${parameters.expect.source}`,
      [evidence],
    );
  }
  recordCapturedMeasurements(context, parameters.measure, new Map(Object.entries(match?.groups ?? {})));
  return { result: 'passed' };
}

/** A program that breaks has judged nothing. */
function createBrokenProgramError(program: string): StationError {
  return new StationError({
    code: 'exec/broken',
    message: `${program} was ended by a signal before it had judged the unit`,
    hint: 'run it by hand and find out what ends it: a fault of its own, or too little memory',
  });
}

function createProgramsOffError(program: string): StationError {
  return new StationError({
    code: 'exec/not-allowed',
    message: `the recipe runs ${program}, and this station allows no outside programs`,
    hint: 'list the program with its SHA-256 in the station file, or take the step out of the recipe',
  });
}
