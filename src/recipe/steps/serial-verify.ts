// Step serial-verify: asks the running unit over its serial port and holds every answer to the recipe.
import { z } from 'zod';
import { Conversation } from '../../device/serial/conversation.ts';
import { enterListeningMode } from '../../device/serial/listening-mode.ts';
import { formatQuestion } from '../../device/serial/match-answer.ts';
import { isSerialError } from '../../equipment/serial.ts';
import { createFailedOutcome } from '../failed-outcome.ts';
import { createLimitsSchema } from '../measure/limits-schema.ts';
import { recordStepMeasurement } from '../measure/step-measurements.ts';
import { defineStep, type StepContext, type StepOutcome } from '../step.ts';
import { awaitSerialPort, createPortMissingFailure, openSerialPort } from '../unit/serial-port.ts';
import {
  judgeSerialAnswer,
  listValuesReported,
  parseReportedIdentity,
  resolveSerialQuestion,
  serialQuestionSchema,
} from '../unit/serial-question.ts';
import { verifyUnitIdentity } from '../unit/unit-identity.ts';
import { listValuesAsked } from '../unit/unit-text.ts';
import { baudSchema, durationSchema } from '../yaml/quantity-schemas.ts';

const schema = z
  .strictObject({
    baud: baudSchema.prefault('9600 Bd').describe('Serial speed for questions and answers'),
    listen: baudSchema
      .optional()
      .describe('The serial speed that means "go to listening mode"; left out for units without one'),
    ask: z.array(serialQuestionSchema).min(1).describe('Questions, in order'),
    'port within': durationSchema.prefault('15 s').describe('How long the serial port may take to appear'),
    limits: createLimitsSchema(['reply time', 'time to port']),
  })
  .transform((given) => ({
    baud: given.baud,
    listenBaud: given.listen ?? null,
    ask: given.ask,
    portWithinMs: given['port within'],
    limits: given.limits,
  }));

type Parameters = z.output<typeof schema>;

/** Step kind `serial-verify`. */
export const serialVerify = defineStep({
  kind: 'serial-verify',
  summary: 'Ask the running unit over its serial port and check the answers',
  schema,
  valuesAsked: ({ ask }) =>
    ask.flatMap(({ send }, at) => {
      const told = ask.slice(0, at).flatMap(listValuesReported);
      return listValuesAsked(send).filter((value) => !told.includes(value));
    }),
  valuesReported: ({ ask }) => ask.flatMap(listValuesReported),
  defaultTimeoutMs: 60_000,
  run: verifySerial,
});

/** Opens the port at the unit's place, asks everything, and leaves the port at a harmless speed. */
async function verifySerial(parameters: Parameters, context: StepContext): Promise<StepOutcome> {
  const startedMs = context.clock.readMonotonicMs();
  const port = await awaitSerialPort(context, parameters.portWithinMs);
  if (!port) return { result: 'failed', failure: await createPortMissingFailure(context, parameters.portWithinMs) };
  recordStepMeasurement(context, parameters.limits, {
    name: 'time to port',
    unit: 'ms',
    value: context.clock.readMonotonicMs() - startedMs,
  });
  const connection = await openSerialPort(context, port, parameters.baud);
  const conversation = new Conversation(connection, { ...context, onLine: context.reportSerialText });
  try {
    return await askQuestions(parameters, context, conversation);
  } catch (error) {
    if (!isSerialError(error, 'gone')) throw error;
    return createFailedOutcome('serial/gone', error.message, [conversation.transcript.toEvidence()]);
  } finally {
    context.addEvidence(conversation.transcript.toEvidence());
    await conversation.close();
  }
}

async function askQuestions(
  parameters: Parameters,
  context: StepContext,
  conversation: Conversation,
): Promise<StepOutcome> {
  const known = context.unit.identity;
  if (parameters.listenBaud !== null) {
    const text = await enterListeningMode(conversation, parameters.listenBaud);
    if (text === undefined) {
      return createFailedOutcome('serial/silent', 'The unit does not answer in listening mode', [
        conversation.transcript.toEvidence(),
      ]);
    }
    const told = parseReportedIdentity('i', text);
    const { failure } = verifyUnitIdentity(context, told, 'over serial');
    if (failure) return { result: 'failed', failure };
  }
  let slowestMs = 0;
  for (const [index, written] of parameters.ask.entries()) {
    const ask = resolveSerialQuestion(written, context);
    context.reportProgress(`ask ${formatQuestion(ask.send)}`, index, parameters.ask.length);
    const answer = await conversation.ask(new TextEncoder().encode(ask.send), ask.withinMs);
    slowestMs = Math.max(slowestMs, answer.replyMs ?? 0);
    const outcome = judgeSerialAnswer(ask, answer, { context, known });
    if (outcome.result !== 'passed') return outcome;
  }
  recordStepMeasurement(context, parameters.limits, { name: 'reply time', unit: 'ms', value: slowestMs });
  return { result: 'passed' };
}
