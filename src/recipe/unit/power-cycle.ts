// The unit's power: by the fixture's switch, or by the operator's hands where there is none.
import { StationError } from '../../base/station-error.ts';
import type { PowerSwitch } from '../../equipment/power-switch.ts';
import { createFailedOutcome } from '../failed-outcome.ts';
import type { FixtureEquipment, StepContext, StepOutcome } from '../step.ts';
import { awaitPort, findDeviceAtPort } from './device-at-port.ts';

/** How long a hub may take to notice that its port has no power any more. */
const DEPARTURE_LIMIT_MS = 5_000;
/** What the operator answers once the unit is plugged in again. */
const DONE_ANSWER = 'Done';

/** What the power work needs of a step's context. */
export type PowerCycleDeps = Pick<StepContext, 'fixture' | 'clock' | 'signal' | 'step' | 'addEvidence' | 'updateUnit'>;

/**
 * Takes the power away and gives it back. Gives the failed outcome when nobody answered, else null. Throws StationError when
 * the switch fails, or `power/not-cycled` when the unit was on the bus all the while; the signal's reason when aborted.
 */
export async function cyclePower(context: PowerCycleDeps, offForMs: number): Promise<StepOutcome | null> {
  const { fixture } = context;
  context.updateUnit({ connectionId: null });
  const before = await findDeviceAtPort(fixture.usb, fixture.portPath);
  if (fixture.power) await switchOffAndOn(context, fixture.power, offForMs);
  else if (!(await askForReplug(context))) {
    return createFailedOutcome('operator/no-answer', 'Nobody said that the unit was plugged in again');
  }
  const after = await findDeviceAtPort(fixture.usb, fixture.portPath);
  if (before && after?.connectionId === before.connectionId) throw createNotCycledError(fixture);
  return null;
}

async function switchOffAndOn(context: PowerCycleDeps, power: PowerSwitch, offForMs: number): Promise<void> {
  await power.turnOff();
  try {
    await awaitPort(context, (device) => device === undefined, DEPARTURE_LIMIT_MS);
    await context.clock.sleep(offForMs, context.signal);
  } finally {
    await power.turnOn();
  }
}

/** True when somebody said that it was done. */
async function askForReplug({ fixture, signal, step, addEvidence: note }: PowerCycleDeps): Promise<boolean> {
  const text = `Unplug the unit in fixture ${fixture.number}, wait two seconds, and plug it in again.`;
  const question = { fixture: fixture.number, text, choices: [DONE_ANSWER], timeoutMs: step.timeoutMs };
  const { answer, operator } = await fixture.operator.ask(question, signal);
  if (answer === undefined) return false;
  note({ kind: 'operator', question: text, answer, ...(operator !== null && { operator }) });
  return true;
}

/** What is tested on such a unit next would count as tested after a power cycle: two of those are a proof of dead flash. */
function createNotCycledError({ number, portPath, power }: FixtureEquipment): StationError {
  return new StationError({
    code: 'power/not-cycled',
    message: `the unit in fixture ${number} was to be without power, and never left port ${portPath}`,
    hint: power
      ? `see that ${power.name} switches this fixture, and that the unit has no second supply`
      : 'unplug the unit itself when you are asked to, and see that it has no second supply',
  });
}
