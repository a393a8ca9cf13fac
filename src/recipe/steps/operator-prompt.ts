// Step operator-prompt: asks the person at the station and takes the answer as the result.
import { z } from 'zod';
import { createFailedOutcome } from '../failed-outcome.ts';
import { defineStep, type StepContext, type StepOutcome } from '../step.ts';

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
    text: given.picture === undefined ? given.text : `${given.text}\n${given.picture}`,
    choices: given.choices,
    pass: given.pass ?? (given.choices.length > 0 ? given.choices.slice(0, 1) : null),
    measure: given.measure ?? null,
  }));

/** Step kind `operator-prompt`. */
export const operatorPrompt = defineStep({
  kind: 'operator-prompt',
  summary: 'Ask the operator',
  schema,
  shorthand: 'text',
  defaultTimeoutMs: 300_000,
  run: askOperator,
});

/** Any free text passes unless the recipe lists the answers that do. */
async function askOperator(parameters: z.output<typeof schema>, context: StepContext): Promise<StepOutcome> {
  const { fixture, signal, step } = context;
  const { text, choices, pass, measure } = parameters;
  const timeoutMs = step.timeoutMs - ANSWER_MARGIN_MS;
  const passing = choices.filter((choice) => pass === null || pass.includes(choice));
  const question = { fixture: fixture.number, text, choices, passing, timeoutMs };
  const { answer, operator } = await fixture.operator.ask(question, signal);
  if (answer === undefined) return createFailedOutcome('operator/no-answer', `Nobody answered: ${text}`);
  const evidence = { kind: 'operator' as const, question: text, answer, ...(operator !== null && { operator }) };
  context.addEvidence(evidence);
  if (measure !== null) context.measure({ name: measure, unit: '', value: answer, limits: null });
  if (pass === null || pass.includes(answer)) return { result: 'passed' };
  return createFailedOutcome('operator/failed', `The operator answered ${answer} to: ${text}`, [evidence]);
}

/** A question ends this much before its step does, so that no answer is its own outcome and not a timeout. */
const ANSWER_MARGIN_MS = 100;
