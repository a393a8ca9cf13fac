// Step operator-prompt: asks the person at the station and takes the answer as the result.
import { z } from 'zod';
import { defineStep } from '../step.ts';
import { unwritten } from './unwritten.ts';

const schema = z
  .strictObject({
    text: z.string().min(1).describe('The question or the instruction'),
    choices: z
      .array(z.string().min(1))
      .default(['Pass', 'Fail'])
      .describe('Answers to choose from; an empty list asks for free text'),
    pass: z.array(z.string()).optional().describe('Answers that pass; the first choice when left out'),
    picture: z.string().optional().describe('Where on the unit to look, in words'),
    measure: z.string().optional().describe('Keep the answer as a measurement of this name'),
  })
  .superRefine((given, context) => {
    const strange = (given.pass ?? []).filter((answer) => given.choices.length > 0 && !given.choices.includes(answer));
    if (strange.length > 0) {
      context.addIssue({ code: 'custom', path: ['pass'], message: `not among the choices: ${strange.join(', ')}` });
    }
  })
  .transform((given) => ({
    text: given.text,
    choices: given.choices,
    pass: given.pass ?? given.choices.slice(0, 1),
    picture: given.picture ?? null,
    measure: given.measure ?? null,
  }));

/** Step kind `operator-prompt`. */
export const operatorPrompt = defineStep({
  kind: 'operator-prompt',
  summary: 'Ask the operator',
  schema,
  shorthand: 'text',
  defaultTimeoutMs: 300_000,
  run: unwritten,
});
