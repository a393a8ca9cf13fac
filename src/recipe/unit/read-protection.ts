// Taking read protection off a unit: it erases everything, so it needs a signature, and the keys are kept first where they can be read.
import { readDctCopy } from '../../device/dfu/photon/dct.ts';
import { isDfuError } from '../../device/dfu/protocol/dfu-error.ts';
import { openDfuSession } from '../../device/dfu/session/dfu-session.ts';
import type { Failure } from '../../domain/run/failure.ts';
import { isUsbError } from '../../equipment/usb.ts';
import { createFailedOutcome } from '../failed-outcome.ts';
import type { StepContext, StepOutcome } from '../step.ts';
import { buildProbeOptions, convertProbeFailure, examineUnitByProbe, requireDebugProbe } from './debug-probe.ts';
import { enterDfuMode } from './dfu-mode.ts';
import { cyclePower } from './power-cycle.ts';

/** A unit whose keys can be read is in DFU mode within this. */
const INTO_DFU_MS = 10_000;
const TOUCH_BAUD = 14_400;
const OFF_FOR_MS = 1_000;
/** The answer is taken before the step's own end. */
const ANSWER_LIMIT_MS = 300_000;
const REFUSAL_WORD = 'no';

/**
 * Keeps the DCT, asks for a signature, unlocks, cycles the power, and proves that the port is open. The unit is looked at
 * again right before it is erased: its power was cycled, perhaps by hand, and a person has read and written meanwhile.
 */
export async function removeReadProtection(context: StepContext): Promise<StepOutcome> {
  const unanswered = await cyclePower(context, OFF_FOR_MS);
  if (unanswered) return unanswered;
  const kept = await backUpDct(context);
  if ('failure' in kept) return { result: 'failed', failure: kept.failure };
  const { backup } = kept;
  const refusal = await askForRemovalSignature(context, backup);
  if (refusal) return refusal;
  const still = await examineUnitByProbe(context);
  if ('outcome' in still) return still.outcome;
  context.updateUnit({ dctBackup: backup });
  await context.recordWriteIntent({ image: 'read protection', address: 0x0800_0000, sizeBytes: 0 });
  const unlocked = await requireDebugProbe(context).setReadProtection(0, buildProbeOptions(context));
  if (!unlocked.ok) return { result: 'failed', failure: convertProbeFailure(unlocked) };
  context.addEvidence(unlocked.evidence);
  const stillUnanswered = await cyclePower(context, OFF_FOR_MS);
  if (stillUnanswered) return stillUnanswered;
  const examined = await examineUnitByProbe(context);
  if ('outcome' in examined) return examined.outcome;
  if (examined.target.rdpLevel === 0) return { result: 'passed' };
  return createFailedOutcome('swd/unlock-failed', 'The read protection is still there after a power cycle');
}

/**
 * DFU still reads what the debug port may not, once the power was off: a chip that was debugged hides its flash from
 * everybody until then. The copy stays in memory and never goes into a record. Null when the unit has no way into DFU mode.
 */
async function backUpDct(
  context: StepContext,
): Promise<{ readonly backup: Uint8Array | null } | { readonly failure: Failure }> {
  const touchBaud = context.recipe.unit.serial === null ? null : TOUCH_BAUD;
  try {
    const entry = await enterDfuMode(context, { touchBaud, withinMs: INTO_DFU_MS });
    if (!entry.device) return entry.failure.code === 'identity/swapped' ? entry : { backup: null };
    const session = await openDfuSession(context.fixture.usb, entry.device, {
      ...context,
      interfaceNumber: context.recipe.unit.dfuInterface,
    });
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

async function askForRemovalSignature(context: StepContext, backup: Uint8Array | null): Promise<StepOutcome | null> {
  const { fixture, signal, addEvidence: note } = context;
  const keys = backup
    ? 'Its keys were read over DFU and are put back by dct-restore.'
    : 'Its keys cannot be read and are lost.';
  const text = `The unit in fixture ${fixture.number} is read-protected. Removing that erases all of its flash. ${keys} To go on, log in and write your name and the reason; or write "${REFUSAL_WORD}".`;
  const question = { fixture: fixture.number, text, choices: [], timeoutMs: ANSWER_LIMIT_MS };
  const { answer, operator } = await fixture.operator.ask(question, signal);
  if (answer === undefined)
    return createFailedOutcome('operator/no-answer', 'Nobody signed for the removal of the read protection');
  const evidence = { kind: 'operator', question: text, answer, ...(operator !== null && { operator }) } as const;
  note(evidence);
  if (operator !== null && isRemovalSignature(answer)) return null;
  return createFailedOutcome('swd/read-protected', 'The removal of the read protection was not signed', [evidence]);
}

/** A name and a reason: two words at least, and no sentence that begins with the refusal. Whoever is logged in answers for it. */
function isRemovalSignature(answer: string): boolean {
  const words = answer.trim().split(/\s+/);
  return words.length >= 2 && words[0]!.toLowerCase().replace(/\P{L}+$/u, '') !== REFUSAL_WORD;
}
