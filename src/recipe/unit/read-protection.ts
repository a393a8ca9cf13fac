// Taking read protection off a unit: it erases everything, so it needs a signature, and the keys are kept first where they can be read.
import { readDctCopy } from '../../device/dfu/photon/dct.ts';
import { isDfuError } from '../../device/dfu/protocol/dfu-error.ts';
import { openDfu } from '../../device/dfu/session/dfu-session.ts';
import type { Failure } from '../../domain/run/failure.ts';
import { isUsbError } from '../../equipment/usb.ts';
import { failed } from '../failed-outcome.ts';
import type { StepContext, StepOutcome } from '../step.ts';
import { examineUnit, probeFailure, probeOf, probeOptions } from './debug-probe.ts';
import { enterDfuMode } from './dfu-mode.ts';
import { cyclePower } from './power-cycle.ts';

/** A unit whose keys can be read is in DFU mode within this. */
const INTO_DFU_MS = 10_000;
const TOUCH_BAUD = 14_400;
const OFF_FOR_MS = 1_000;
/** The answer is taken before the step's own end. */
const ANSWER_LIMIT_MS = 300_000;
const NO = 'no';

/**
 * Keeps the DCT, asks for a signature, unlocks, cycles the power, and proves that the port is open. The unit is looked at
 * again right before it is erased: its power was cycled, perhaps by hand, and a person has read and written meanwhile.
 */
export async function removeReadProtection(context: StepContext): Promise<StepOutcome> {
  const unanswered = await cyclePower(context, OFF_FOR_MS);
  if (unanswered) return unanswered;
  const kept = await keepDct(context);
  if ('failure' in kept) return { result: 'failed', failure: kept.failure };
  const { backup } = kept;
  const refusal = await askForSignature(context, backup);
  if (refusal) return refusal;
  const still = await examineUnit(context);
  if ('outcome' in still) return still.outcome;
  context.learn({ dctBackup: backup });
  await context.intend({ image: 'read protection', address: 0x0800_0000, sizeBytes: 0 });
  const unlocked = await probeOf(context).setReadProtection(0, probeOptions(context));
  if (!unlocked.ok) return { result: 'failed', failure: probeFailure(unlocked) };
  context.note(unlocked.evidence);
  const stillUnanswered = await cyclePower(context, OFF_FOR_MS);
  if (stillUnanswered) return stillUnanswered;
  const examined = await examineUnit(context);
  if ('outcome' in examined) return examined.outcome;
  if (examined.target.rdpLevel === 0) return { result: 'passed' };
  return failed('swd/unlock-failed', 'The read protection is still there after a power cycle');
}

/**
 * DFU still reads what the debug port may not, once the power was off: a chip that was debugged hides its flash from
 * everybody until then. The copy stays in memory and never goes into a record. Null when the unit has no way into DFU mode.
 */
async function keepDct(
  context: StepContext,
): Promise<{ readonly backup: Uint8Array | null } | { readonly failure: Failure }> {
  const touchBaud = context.recipe.unit.serial === null ? null : TOUCH_BAUD;
  try {
    const entry = await enterDfuMode(context, { touchBaud, withinMs: INTO_DFU_MS });
    if (!entry.device) return entry.failure.code === 'identity/swapped' ? entry : { backup: null };
    const session = await openDfu(context.fixture.usb, entry.device, context);
    try {
      return { backup: await readDctCopy(session) };
    } finally {
      await session.close();
    }
  } catch (error) {
    if (isDfuError(error) || isUsbError(error)) return { backup: null };
    throw error;
  }
}

async function askForSignature(context: StepContext, backup: Uint8Array | null): Promise<StepOutcome | null> {
  const { fixture, signal, note } = context;
  const keys = backup
    ? 'Its keys were read over DFU and are put back by dct-restore.'
    : 'Its keys cannot be read and are lost.';
  const text = `The unit in fixture ${fixture.number} is read-protected. Removing that erases all of its flash. ${keys} To go on, log in and write your name and the reason; or write "${NO}".`;
  const question = { fixture: fixture.number, text, choices: [], timeoutMs: ANSWER_LIMIT_MS };
  const { answer, operator } = await fixture.operator.ask(question, signal);
  if (answer === undefined) return failed('operator/no-answer', 'Nobody signed for the removal of the read protection');
  const evidence = { kind: 'operator', question: text, answer, ...(operator !== null && { operator }) } as const;
  note(evidence);
  if (operator !== null && isSignature(answer)) return null;
  return failed('swd/read-protected', 'The removal of the read protection was not signed', [evidence]);
}

/** A name and a reason: two words at least, and no sentence that begins with the refusal. Whoever is logged in answers for it. */
function isSignature(answer: string): boolean {
  const words = answer.trim().split(/\s+/);
  return words.length >= 2 && words[0]!.toLowerCase().replace(/\P{L}+$/u, '') !== NO;
}
