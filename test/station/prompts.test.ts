import { describe, expect, it } from 'vitest';
import { createVirtualClock } from '../../src/base/clock.ts';
import type { UnstampedEvent } from '../../src/domain/events.ts';
import type { OperatorQuestion } from '../../src/equipment/operator.ts';
import { openPrompts } from '../../src/station/operators/prompts.ts';

const question: OperatorQuestion = { fixture: 1, text: 'Is the LED blue?', choices: ['Yes', 'No'], timeoutMs: 1_000 };

describe('a question to the operator', () => {
  it('is answered by one of its choices, whatever the case, with the name of who answered', async () => {
    const { prompts } = open();
    const answer = prompts.operator.ask(question, new AbortController().signal);
    expect(prompts.answer('prompt-1', 'maybe', 'kim')).toBe(false);
    expect(prompts.answer('prompt-1', ' yes ', 'kim')).toBe(true);
    expect(await answer).toEqual({ answer: 'Yes', operator: 'kim' });
    expect(prompts.answer('prompt-1', 'No', 'kim')).toBe(false);
  });

  it('takes any text when it offers no choices', async () => {
    const { prompts } = open();
    const answer = prompts.operator.ask({ ...question, choices: [] }, new AbortController().signal);
    prompts.answer('prompt-1', 'scratch on the can', null);
    expect((await answer).answer).toBe('scratch on the can');
  });

  it('is given up at its time limit', async () => {
    const { prompts, clock, events } = open();
    const answer = prompts.operator.ask(question, new AbortController().signal);
    await clock.advance(1_000);
    expect(await answer).toEqual({ answer: undefined, operator: null });
    expect(events.at(-1)).toEqual({ type: 'prompt-closed', promptId: 'prompt-1', answer: null });
  });

  it('ends with its step and leaves no timer behind', async () => {
    const { prompts, clock, events } = open();
    const step = new AbortController();
    const answer = prompts.operator.ask(question, step.signal);
    step.abort(new Error('over'));
    await expect(answer).rejects.toThrow('over');
    expect(clock.pendingCount).toBe(0);
    expect(events.map((event) => event.type)).toEqual(['prompt-opened', 'prompt-closed']);
  });

  it('waits for its own answer while others are answered', async () => {
    const { prompts, events } = open();
    const signal = new AbortController().signal;
    const first = prompts.operator.ask(question, signal);
    const second = prompts.operator.ask({ ...question, fixture: 2, choices: ['Pass', 'Fail'] }, signal);
    expect(prompts.answerOldest('pass', null)).toBe(true);
    expect((await second).answer).toBe('Pass');
    prompts.answer('prompt-1', 'No', null);
    expect((await first).answer).toBe('No');
    expect(events.filter((event) => event.type === 'prompt-opened')).toMatchObject([{ fixture: 1 }, { fixture: 2 }]);
  });
});

function open() {
  const clock = createVirtualClock();
  const events: UnstampedEvent[] = [];
  return { clock, events, prompts: openPrompts(clock, (event) => events.push(event)) };
}
