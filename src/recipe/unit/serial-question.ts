// One question of a recipe to the running unit: how it is written, and how its answer is held to what was written.
import { z } from 'zod';
import type { PatternMatch } from '../../base/pattern/pattern.ts';
import type { SerialAnswer } from '../../device/serial/conversation.ts';
import { decodeDeviceId, decodeDiagnostics, decodeMacAddress } from '../../device/serial/listening-mode.ts';
import { formatQuestion, matchAnswer } from '../../device/serial/match-answer.ts';
import { decodeModuleList } from '../../device/serial/module-list.ts';
import type { TranscriptEvidence } from '../../domain/run/evidence.ts';
import type { MeasuredValue } from '../../domain/run/measurement.ts';
import type { UnitIdentity } from '../../domain/unit/unit.ts';
import { createFailedOutcome } from '../failed-outcome.ts';
import { capturedSchema, recordCapturedMeasurements } from '../measure/captured-groups.ts';
import type { StepContext, StepOutcome, UnitValueName } from '../step.ts';
import { patternSchema } from '../yaml/pattern-schema.ts';
import { durationSchema, quotedTextSchema } from '../yaml/quantity-schemas.ts';
import { judgeModules } from './check-modules.ts';
import { compareReported, type ReportedIdentity, verifyUnitIdentity } from './unit-identity.ts';
import { resolveUnitText, unitTextSchema } from './unit-text.ts';

const ESCAPES: Readonly<Record<string, string>> = { r: '\r', n: '\n', t: '\t', '\\': '\\' };

const sendSchema = unitTextSchema
  .transform((text) => text.map((part) => (typeof part === 'string' ? resolveEscapes(part) : part)))
  .describe(
    'What is sent, without a line end; \\r, \\n, \\t and \\xHH stand for what they name, {label}, {device id}, {MAC address} and {port path} for the unit’s own',
  );

function resolveEscapes(text: string): string {
  return text.replace(/\\(?:x([0-9a-fA-F]{2})|([rnt\\]))/g, (_whole, hex: string | undefined, letter: string) =>
    hex === undefined ? ESCAPES[letter]! : String.fromCharCode(Number.parseInt(hex, 16)),
  );
}

/** How a recipe writes one question with all that is asked of its answer. */
export const serialQuestionSchema = z
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

/** One question as the recipe has it. */
type WrittenQuestion = z.output<typeof serialQuestionSchema>;

/** One question with the unit's own values in it. */
type SerialQuestion = Omit<WrittenQuestion, 'send'> & { readonly send: string };

/** The question as this unit is asked. Throws StationError `recipe/unknown-value` where a value is not known yet. */
export function resolveSerialQuestion(ask: WrittenQuestion, context: StepContext): SerialQuestion {
  return { ...ask, send: resolveUnitText(ask.send, context) };
}

/** Values of the unit that its answer may tell. */
export function listValuesReported({ send, expect }: WrittenQuestion): readonly UnitValueName[] {
  const tellsMacAddress = (send.length === 1 && send[0] === 'm') || expect?.groupNames.includes('macAddress');
  return tellsMacAddress ? ['device id', 'MAC address'] : ['device id'];
}

/**
 * Holds one answer to everything the recipe says of it; the first that is missed is the failure. `known` is what was known
 * of the unit before any question.
 */
export function judgeSerialAnswer(
  ask: SerialQuestion,
  answer: SerialAnswer,
  { context, known }: { readonly context: StepContext; readonly known: UnitIdentity },
): StepOutcome {
  const judged = matchAnswer(ask.send, answer, ask.expect);
  const evidence = [buildTranscriptEvidence(ask.send, answer)];
  const site = { command: formatQuestion(ask.send) };
  if (!judged.ok) return createFailedOutcome(judged.code, judged.message, evidence, site);
  const { text, match } = judged;
  for (const [name, expected] of Object.entries(ask.equals)) {
    const actual = match?.groups[name];
    if (actual === expected) continue;
    const code = /version/i.test(name) ? 'serial/wrong-version' : 'serial/unexpected-answer';
    return createFailedOutcome(
      code,
      `${name} is ${actual ?? 'missing'}, the recipe asks for ${expected}`,
      evidence,
      site,
    );
  }
  recordCapturedMeasurements(context, ask.measure, collectCapturedValues(text, match));
  const told = { ...parseReportedIdentity(ask.send, text), ...readIdentityGroups(match) };
  const { failure } = verifyUnitIdentity(context, told, 'over serial');
  if (failure) return { result: 'failed', failure };
  if (ask.sameAs !== null) {
    const mismatch = compareReported(context, { known, what: ask.sameAs, told: match?.captures[0] });
    if (mismatch) return { result: 'failed', failure: mismatch };
  }
  return ask.modules === null ? { result: 'passed' } : judgeModuleList(text, { ask, answer, context });
}

function judgeModuleList(
  text: string,
  {
    ask,
    answer,
    context,
  }: { readonly ask: SerialQuestion; readonly answer: SerialAnswer; readonly context: StepContext },
): StepOutcome {
  const list = decodeModuleList(text);
  if (!list) {
    const code = /[\r\n]$/.test(text) ? 'serial/unexpected-answer' : 'serial/cut';
    return createFailedOutcome(code, `The answer to ${formatQuestion(ask.send)} is not a whole module list`, [
      buildTranscriptEvidence(ask.send, answer),
    ]);
  }
  context.addEvidence(list);
  const outcome = judgeModules(context, list);
  if (outcome.result === 'passed') context.updateUnit({ bootloaderUpdatePending: false });
  return outcome;
}

/** What the answers to `i` and `m` tell of the unit. */
export function parseReportedIdentity(question: string, text: string): ReportedIdentity {
  const deviceId = decodeDeviceId(text);
  const macAddress = question === 'm' ? decodeMacAddress(text) : undefined;
  return { ...(deviceId !== undefined && { deviceId }), ...(macAddress !== undefined && { macAddress }) };
}

/** Groups that a recipe names as the identities are called. */
function readIdentityGroups(match: PatternMatch | null): ReportedIdentity {
  const deviceId = match?.groups['deviceId']?.toLowerCase();
  const macAddress = match?.groups['macAddress']?.toLowerCase();
  return { ...(deviceId !== undefined && { deviceId }), ...(macAddress !== undefined && { macAddress }) };
}

/** Values by name: those that the answer names itself (the JSON of `d`), and the groups of the pattern. */
function collectCapturedValues(text: string, match: PatternMatch | null): ReadonlyMap<string, MeasuredValue> {
  return new Map<string, MeasuredValue>([...(decodeDiagnostics(text) ?? []), ...Object.entries(match?.groups ?? {})]);
}

/** Bytes of an answer that a failure quotes; the whole is in the step's transcript. */
const QUOTED_BYTES = 4_096;

/** One question with its answer, for a failure to quote. */
function buildTranscriptEvidence(question: string, { bytes, replyMs }: SerialAnswer): TranscriptEvidence {
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
