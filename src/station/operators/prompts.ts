// Questions to the person at the station: each waits for its own answer and holds up nobody else.
import type { Clock } from '../../base/clock.ts';
import type { UnstampedEvent } from '../../domain/events.ts';
import type { Operator, OperatorAnswer, OperatorQuestion } from '../../equipment/operator.ts';

export interface Prompts {
  /** What steps ask through. */
  readonly operator: Operator;
  /** False when no such question is open or the answer is none of its choices. */
  answer(promptId: string, answer: string, operator: string | null): boolean;
  /** Answers the question that has waited longest among those that offer this choice. */
  answerOldest(answer: string, operator: string | null): boolean;
}

interface OpenPrompt {
  readonly question: OperatorQuestion;
  readonly settle: (answer: OperatorAnswer) => void;
}

/** Opens the desk for questions; what is asked and answered is told through `emit`. */
export function openPrompts(clock: Clock, emit: (event: UnstampedEvent) => void): Prompts {
  const open = new Map<string, OpenPrompt>();
  let asked = 0;
  const ask = async (question: OperatorQuestion, signal: AbortSignal): Promise<OperatorAnswer> => {
    signal.throwIfAborted();
    const promptId = `prompt-${++asked}`;
    const { fixture, text, choices, passing = [], timeoutMs } = question;
    emit({ type: 'prompt-opened', promptId, fixture, question: text, choices, passing, expiresInMs: timeoutMs });
    let answered: string | null = null;
    try {
      const given = await waitForAnswer(clock, question, signal, (settle) => open.set(promptId, { question, settle }));
      answered = given.answer ?? null;
      return given;
    } finally {
      open.delete(promptId);
      emit({ type: 'prompt-closed', promptId, answer: answered });
    }
  };
  const settle = (prompt: OpenPrompt | undefined, given: string, operator: string | null): boolean => {
    const answer = prompt && matchChoice(prompt.question.choices, given);
    if (answer !== undefined) prompt!.settle({ answer, operator });
    return answer !== undefined;
  };
  return {
    operator: { ask },
    answer: (promptId, answer, operator) => settle(open.get(promptId), answer, operator),
    answerOldest: (answer, operator) => [...open.values()].some((prompt) => settle(prompt, answer, operator)),
  };
}

function waitForAnswer(
  clock: Clock,
  { timeoutMs }: OperatorQuestion,
  signal: AbortSignal,
  register: (settle: (answer: OperatorAnswer) => void) => void,
): Promise<OperatorAnswer> {
  const done = new AbortController();
  const answer = new Promise<OperatorAnswer>((resolve, reject) => {
    register(resolve);
    signal.addEventListener('abort', () => reject(signal.reason), { once: true, signal: done.signal });
    if (timeoutMs === null) return;
    const timer = clock.setTimeout(() => resolve({ answer: undefined, operator: null }), timeoutMs);
    done.signal.addEventListener('abort', () => clock.clearTimeout(timer), { once: true });
  });
  return answer.finally(() => done.abort());
}

/** The choice as it was offered, whatever the case of the answer; any text where none were offered. */
function matchChoice(choices: readonly string[], answer: string): string | undefined {
  if (choices.length === 0) return answer;
  const wanted = answer.trim().toLowerCase();
  return choices.find((choice) => choice.toLowerCase() === wanted);
}
