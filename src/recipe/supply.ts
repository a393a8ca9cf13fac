// The unit's power: by the fixture's switch, or by the operator's hands where there is none.
import { awaitPort } from './device-at-port.ts';
import type { StepContext } from './step.ts';

/** How long a hub may take to notice that its port has no power any more. */
const DEPARTURE_LIMIT_MS = 5_000;
/** What the operator answers once the unit is plugged in again. */
const DONE = 'Done';

/** What the power work needs of a step's context. */
export type SupplyContext = Pick<StepContext, 'fixture' | 'clock' | 'signal' | 'step' | 'note' | 'learn'>;

/** Takes the power away and gives it back. Throws StationError when the switch fails, the signal's reason when aborted. */
export async function cyclePower(context: SupplyContext, offForMs: number): Promise<'cycled' | 'no-answer'> {
  const { fixture, clock, signal } = context;
  context.learn({ connectionId: null });
  if (!fixture.power) return askForReplug(context);
  await fixture.power.off();
  try {
    // A port that stays occupied without power is a switch that does nothing; the time that was waited is long enough.
    await awaitPort(context, (device) => device === undefined, DEPARTURE_LIMIT_MS);
    await clock.sleep(offForMs, signal);
  } finally {
    await fixture.power.on();
  }
  return 'cycled';
}

async function askForReplug({ fixture, signal, step, note }: SupplyContext): Promise<'cycled' | 'no-answer'> {
  const text = `Unplug the unit in fixture ${fixture.number}, wait two seconds, and plug it in again.`;
  const question = { fixture: fixture.number, text, choices: [DONE], timeoutMs: step.timeoutMs };
  const { answer, operator } = await fixture.operator.ask(question, signal);
  if (answer === undefined) return 'no-answer';
  note({ kind: 'operator', question: text, answer, ...(operator !== null && { operator }) });
  return 'cycled';
}
