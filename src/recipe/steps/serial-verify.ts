// Step serial-verify: asks the running unit over its serial port and holds every answer to the recipe.
import { z } from 'zod';
import type { PatternMatch } from '../../base/pattern.ts';
import { type Answer, Conversation } from '../../device/serial/conversation.ts';
import { judgeAnswer, nameOf } from '../../device/serial/expect.ts';
import {
  decodeDeviceId,
  decodeDiagnostics,
  decodeMacAddress,
  enterListeningMode,
} from '../../device/serial/listening-mode.ts';
import { decodeModuleList } from '../../device/serial/module-list.ts';
import { isSerialError } from '../../equipment/serial.ts';
import type { TranscriptEvidence } from '../../model/evidence.ts';
import type { MeasuredValue } from '../../model/measurement.ts';
import type { UnitIdentity } from '../../model/unit.ts';
import { capturedSchema, measureCaptured } from '../captured.ts';
import { judgeModules } from '../expected-modules.ts';
import { failed } from '../failed.ts';
import { limitsSchema } from '../limits-schema.ts';
import { measureOwn } from '../own-measurements.ts';
import { patternSchema } from '../patterns.ts';
import { awaitSerialPort, openSerialPort, portMissing } from '../serial-port.ts';
import { defineStep, type StepContext, type StepOutcome } from '../step.ts';
import { compareTold, type OwnIdentity, recognise } from '../unit-identity.ts';
import { baudSchema, durationSchema, quotedTextSchema } from '../units.ts';

const ESCAPES: Readonly<Record<string, string>> = { r: '\r', n: '\n', t: '\t', '\\': '\\' };

const sendSchema = quotedTextSchema
  .describe('What is sent, as it is, without a line end; \\r, \\n, \\t and \\xHH stand for what they name')
  .transform((text) =>
    text.replace(/\\(?:x([0-9a-fA-F]{2})|([rnt\\]))/g, (_whole, hex: string | undefined, letter: string) =>
      hex === undefined ? ESCAPES[letter]! : String.fromCharCode(Number.parseInt(hex, 16)),
    ),
  );

const askSchema = z
  .strictObject({
    send: sendSchema,
    expect: patternSchema.optional().describe('A regular expression that the answer holds; named groups are captured'),
    equals: z.record(z.string(), quotedTextSchema).default({}).describe('What captured groups must be'),
    'same as': z
      .enum(['device id', 'MAC address', 'label'])
      .optional()
      .describe('The identity that the first captured group must agree with'),
    modules: z
      .enum(['all valid'])
      .optional()
      .describe('The answer is a module list (s): every module is valid and has the version that was flashed'),
    measure: z.array(capturedSchema).default([]).describe('Captured numbers and texts kept as measurements'),
    within: durationSchema.prefault('2 s').describe('How long the first byte of the answer may take'),
  })
  .superRefine((given, context) => {
    const groups = given.expect?.groupNames ?? [];
    const strange = Object.keys(given.equals).filter((name) => !groups.includes(name));
    if (strange.length > 0) {
      context.addIssue({
        code: 'custom',
        path: ['equals'],
        message: `expect has no group named ${strange.join(', ')}`,
      });
    }
    if (given['same as'] && !given.expect) {
      context.addIssue({
        code: 'custom',
        path: ['same as'],
        message: 'same as needs an expect that captures something',
      });
    }
  })
  .transform((given) => ({
    send: given.send,
    expect: given.expect ?? null,
    equals: given.equals,
    sameAs: given['same as'] ?? null,
    modules: given.modules ?? null,
    measure: given.measure,
    withinMs: given.within,
  }));

const schema = z
  .strictObject({
    baud: baudSchema.prefault('9600 Bd').describe('Serial speed for questions and answers'),
    listen: baudSchema
      .optional()
      .describe('The serial speed that means "go to listening mode"; left out for units without one'),
    ask: z.array(askSchema).min(1).describe('Questions, in order'),
    'port within': durationSchema.prefault('15 s').describe('How long the serial port may take to appear'),
    limits: limitsSchema(['reply time', 'time to port']),
  })
  .transform((given) => ({
    baud: given.baud,
    listenBaud: given.listen ?? null,
    ask: given.ask,
    portWithinMs: given['port within'],
    limits: given.limits,
  }));

type Parameters = z.output<typeof schema>;
type Ask = Parameters['ask'][number];

/** Step kind `serial-verify`. */
export const serialVerify = defineStep({
  kind: 'serial-verify',
  summary: 'Ask the running unit over its serial port and check the answers',
  schema,
  defaultTimeoutMs: 60_000,
  run: verify,
});

/** Opens the port at the unit's place, asks everything, and leaves the port at a harmless speed. */
async function verify(parameters: Parameters, context: StepContext): Promise<StepOutcome> {
  const startedMs = context.clock.monotonicMs();
  const port = await awaitSerialPort(context, parameters.portWithinMs);
  if (!port) return { result: 'failed', failure: portMissing(context, parameters.portWithinMs) };
  measureOwn(context, parameters.limits, {
    name: 'time to port',
    unit: 'ms',
    value: context.clock.monotonicMs() - startedMs,
  });
  const connection = await openSerialPort(context, port, parameters.baud);
  const conversation = new Conversation(connection, { ...context, onLine: context.serialSeen });
  try {
    return await interview(parameters, context, conversation);
  } catch (error) {
    if (!isSerialError(error, 'gone')) throw error;
    return failed('serial/gone', error.message, [conversation.transcript.evidence()]);
  } finally {
    context.note(conversation.transcript.evidence());
    await conversation.end();
  }
}

async function interview(
  parameters: Parameters,
  context: StepContext,
  conversation: Conversation,
): Promise<StepOutcome> {
  const known = context.unit.identity;
  if (parameters.listenBaud !== null) {
    const text = await enterListeningMode(conversation, parameters.listenBaud);
    if (text === undefined) {
      return failed('serial/silent', 'The unit does not answer in listening mode', [
        conversation.transcript.evidence(),
      ]);
    }
    const told = tellsOf('i', text);
    const { failure } = recognise(context, told, 'over serial');
    if (failure) return { result: 'failed', failure };
  }
  let slowestMs = 0;
  for (const [index, ask] of parameters.ask.entries()) {
    context.progress(`ask ${nameOf(ask.send)}`, index, parameters.ask.length);
    const answer = await conversation.ask(new TextEncoder().encode(ask.send), ask.withinMs);
    slowestMs = Math.max(slowestMs, answer.replyMs ?? 0);
    const outcome = judge(ask, answer, { context, known });
    if (outcome.result !== 'passed') return outcome;
  }
  measureOwn(context, parameters.limits, { name: 'reply time', unit: 'ms', value: slowestMs });
  return { result: 'passed' };
}

/** Holds one answer to everything the recipe says of it; the first that is missed is the failure. */
function judge(
  ask: Ask,
  answer: Answer,
  { context, known }: { readonly context: StepContext; readonly known: UnitIdentity },
): StepOutcome {
  const judged = judgeAnswer(ask.send, answer, ask.expect);
  const evidence = [exchange(ask.send, answer)];
  const site = { command: nameOf(ask.send) };
  if (!judged.ok) return failed(judged.code, judged.message, evidence, site);
  const { text, match } = judged;
  for (const [name, expected] of Object.entries(ask.equals)) {
    const actual = match?.groups[name];
    if (actual === expected) continue;
    const code = /version/i.test(name) ? 'serial/wrong-version' : 'serial/unexpected-answer';
    return failed(code, `${name} is ${actual ?? 'missing'}, the recipe asks for ${expected}`, evidence, site);
  }
  measureCaptured(context, ask.measure, capturedIn(text, match));
  const told = { ...tellsOf(ask.send, text), ...groupsOf(match) };
  const { failure } = recognise(context, told, 'over serial');
  if (failure) return { result: 'failed', failure };
  if (ask.sameAs !== null) {
    const mismatch = compareTold(context, { known, what: ask.sameAs, told: match?.captures[0] });
    if (mismatch) return { result: 'failed', failure: mismatch };
  }
  return ask.modules === null ? { result: 'passed' } : judgeModuleList(text, { ask, answer, context });
}

function judgeModuleList(
  text: string,
  { ask, answer, context }: { readonly ask: Ask; readonly answer: Answer; readonly context: StepContext },
): StepOutcome {
  const list = decodeModuleList(text);
  if (!list) {
    const code = /[\r\n]$/.test(text) ? 'serial/unexpected-answer' : 'serial/cut';
    return failed(code, `The answer to ${nameOf(ask.send)} is not a whole module list`, [exchange(ask.send, answer)]);
  }
  context.note(list);
  const outcome = judgeModules(context, list);
  if (outcome.result === 'passed') context.learn({ bootloaderUpdatePending: false });
  return outcome;
}

/** What the answers to `i` and `m` tell of the unit. */
function tellsOf(question: string, text: string): OwnIdentity {
  const deviceId = decodeDeviceId(text);
  const macAddress = question === 'm' ? decodeMacAddress(text) : undefined;
  return { ...(deviceId !== undefined && { deviceId }), ...(macAddress !== undefined && { macAddress }) };
}

/** Groups that a recipe names as the identities are called. */
function groupsOf(match: PatternMatch | null): OwnIdentity {
  const deviceId = match?.groups['deviceId']?.toLowerCase();
  const macAddress = match?.groups['macAddress']?.toLowerCase();
  return { ...(deviceId !== undefined && { deviceId }), ...(macAddress !== undefined && { macAddress }) };
}

/** Values by name: those that the answer names itself (the JSON of `d`), and the groups of the pattern. */
function capturedIn(text: string, match: PatternMatch | null): ReadonlyMap<string, MeasuredValue> {
  return new Map<string, MeasuredValue>([...(decodeDiagnostics(text) ?? []), ...Object.entries(match?.groups ?? {})]);
}

/** Bytes of an answer that a failure quotes; the whole is in the step's transcript. */
const QUOTED_BYTES = 4_096;

/** One question with its answer, for a failure to quote. */
function exchange(question: string, { bytes, replyMs }: Answer): TranscriptEvidence {
  const base64 = (part: Uint8Array): string => Buffer.from(part).toString('base64');
  return {
    kind: 'transcript',
    truncated: bytes.length > QUOTED_BYTES,
    entries: [
      { atMs: 0, direction: 'sent', rawBase64: base64(new TextEncoder().encode(question)) },
      ...(replyMs === null
        ? []
        : [
            {
              atMs: Math.round(replyMs),
              direction: 'received' as const,
              rawBase64: base64(bytes.subarray(0, QUOTED_BYTES)),
            },
          ]),
    ],
  };
}
