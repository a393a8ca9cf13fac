// What the person at the screen looks at and is asked, and how keys change it: pure. Nothing but an answer that passes reaches the station without Enter.
import type { BoardState, FailingUnit, OpenPrompt } from '../state/board-state.ts';

export type Page = 'board' | 'details' | 'batch' | 'help' | 'yield';

/** A question at the foot of the screen, answered by Enter or given up by Esc. */
export type PendingQuestion =
  | { readonly for: 'put-away'; readonly unit: FailingUnit }
  | { readonly for: 'answer'; readonly prompt: OpenPrompt; readonly answer: string }
  /** An answer in a person's own words, where the question offers none. */
  | { readonly for: 'write'; readonly prompt: OpenPrompt; readonly entry: string }
  | { readonly for: 'stop'; readonly fixture: number }
  | { readonly for: 'start'; readonly fixture: number }
  | { readonly for: 'take-back'; readonly fixture: number | null; readonly label: string }
  | { readonly for: 'login'; readonly entry: string }
  | { readonly for: 'release'; readonly fixture: number; readonly entry: string }
  | { readonly for: 'sign'; readonly unit: FailingUnit; readonly entry: string };

export interface View {
  readonly page: Page;
  /** Null until somebody chose. */
  readonly chosenFixture: number | null;
  /** Lines scrolled on a page that is longer than the screen. */
  readonly scroll: number;
  readonly asking: PendingQuestion | null;
}

/** A key that cannot come from a scanner, or what a person typed: text, and whether Enter ended it. */
export type Keystroke =
  | 'escape'
  | 'next'
  | 'previous'
  | 'page-down'
  | 'page-up'
  | 'backspace'
  | { readonly typed: string; readonly ended: boolean };

/** What a person has confirmed and the station is to do. */
export type BoardCommand =
  | { readonly do: 'put-away'; readonly runId: string }
  | { readonly do: 'answer'; readonly promptId: string; readonly answer: string }
  | { readonly do: 'stop'; readonly fixture: number }
  /** A unit is in the fixture, though nothing is seen of it. */
  | { readonly do: 'start'; readonly fixture: number }
  /** The label was scanned for another unit; null: the one that waits for the next unit. */
  | { readonly do: 'take-back'; readonly fixture: number | null }
  | { readonly do: 'release'; readonly fixture: number; readonly cause: string }
  /** Whoever is logged in signs that the unit is scrapped. */
  | { readonly do: 'sign'; readonly runId: string; readonly reason: string }
  /** An empty name logs out. */
  | { readonly do: 'login'; readonly name: string };

export interface KeyOutcome {
  readonly view: View;
  readonly command: BoardCommand | null;
}

export const initialView: View = { page: 'board', chosenFixture: null, scroll: 0, asking: null };

const SCROLL_LINES = 10;
const MAX_ENTRY_LENGTH = 120;

/** The view after the keystroke, and the command that it confirmed. */
export function keyReducer(view: View, key: Keystroke, state: BoardState): KeyOutcome {
  if (key === 'escape')
    return toKeyOutcome(
      view.asking ? { ...view, asking: null } : { ...initialView, chosenFixture: view.chosenFixture },
    );
  if (key === 'next' || key === 'previous')
    return toKeyOutcome(chooseNextFixture(view, state, key === 'next' ? 1 : -1));
  if (key === 'page-down') return toKeyOutcome({ ...view, scroll: view.scroll + SCROLL_LINES });
  if (key === 'page-up') return toKeyOutcome({ ...view, scroll: Math.max(0, view.scroll - SCROLL_LINES) });
  if (view.asking) return reduceAnswerKey(view, view.asking, key);
  return key === 'backspace' ? toKeyOutcome(view) : reduceTypedKeys(view, key, state);
}

/** True while what is typed is a text, so that a name of a person is not taken for a label. */
export function acceptsText({ asking }: View): boolean {
  return asking !== null && isWrittenQuestion(asking);
}

type WrittenQuestion = Extract<PendingQuestion, { readonly entry: string }>;

function isWrittenQuestion(asking: PendingQuestion): asking is WrittenQuestion {
  return 'entry' in asking;
}

function reduceAnswerKey(
  view: View,
  asking: PendingQuestion,
  key: 'backspace' | { typed: string; ended: boolean },
): KeyOutcome {
  const back = { ...view, asking: null };
  if (!isWrittenQuestion(asking)) {
    return key !== 'backspace' && key.ended && key.typed === ''
      ? { view: back, command: toBoardCommand(asking) }
      : toKeyOutcome(view);
  }
  if (key === 'backspace') return toKeyOutcome({ ...view, asking: { ...asking, entry: asking.entry.slice(0, -1) } });
  const entry = (asking.entry + key.typed).slice(0, MAX_ENTRY_LENGTH);
  if (!key.ended) return toKeyOutcome({ ...view, asking: { ...asking, entry } });
  return { view: back, command: toBoardCommand({ ...asking, entry: entry.trim() }) };
}

function toBoardCommand(asking: PendingQuestion): BoardCommand | null {
  switch (asking.for) {
    case 'put-away':
      return { do: 'put-away', runId: asking.unit.runId };
    case 'answer':
      return { do: 'answer', promptId: asking.prompt.promptId, answer: asking.answer };
    case 'stop':
      return { do: 'stop', fixture: asking.fixture };
    case 'start':
      return { do: 'start', fixture: asking.fixture };
    case 'take-back':
      return { do: 'take-back', fixture: asking.fixture };
    case 'login':
      return { do: 'login', name: asking.entry };
    case 'write':
      return asking.entry === '' ? null : { do: 'answer', promptId: asking.prompt.promptId, answer: asking.entry };
    case 'release':
      return asking.entry === '' ? null : { do: 'release', fixture: asking.fixture, cause: asking.entry };
    case 'sign':
      return asking.entry === '' ? null : { do: 'sign', runId: asking.unit.runId, reason: asking.entry };
  }
}

function reduceTypedKeys(view: View, { typed }: { typed: string }, state: BoardState): KeyOutcome {
  if (typed === '') return toKeyOutcome({ ...view, page: view.page === 'details' ? 'board' : 'details', scroll: 0 });
  if (/^\d+$/.test(typed)) return reduceTypedNumber(view, Number(typed), state);
  const fixture = findChosenFixture(view, state);
  switch (typed) {
    case '?':
      return toKeyOutcome({ ...view, page: 'help', scroll: 0 });
    case 'y':
      return toKeyOutcome({ ...view, page: 'yield', scroll: 0 });
    case 'b':
      return toKeyOutcome({ ...view, page: 'batch', scroll: 0 });
    case 'a':
      return toKeyOutcome(showOpenPrompt(view, state));
    case 'c':
      return toKeyOutcome(setQuestion(view, askPutAway(view, state)));
    case 'k':
      return toKeyOutcome(setQuestion(view, askTakeBack(view, state)));
    case 'o':
      return toKeyOutcome(setQuestion(view, { for: 'login', entry: '' }));
    case 's':
      return toKeyOutcome(setQuestion(view, fixture === null ? null : { for: 'stop', fixture }));
    case 't':
      return toKeyOutcome(setQuestion(view, fixture === null ? null : { for: 'start', fixture }));
    case 'r':
      return toKeyOutcome(setQuestion(view, askRelease(fixture, state)));
    case 'g':
      return toKeyOutcome(setQuestion(view, askSignature(view, state)));
    default:
      return toKeyOutcome(view);
  }
}

/** On the page of a fixture that asks something a number is an answer, taken at once where it passes; everywhere else it is a fixture. */
function reduceTypedNumber(view: View, number: number, state: BoardState): KeyOutcome {
  const fixture = findChosenFixture(view, state);
  const prompt = state.prompts.find((open) => open.fixture === fixture);
  if (view.page !== 'details' || !prompt) {
    return toKeyOutcome(
      state.tiles.some((tile) => tile.number === number) ? { ...view, chosenFixture: number, scroll: 0 } : view,
    );
  }
  const answer = prompt.choices[number - 1];
  if (answer === undefined) return toKeyOutcome(view);
  const asking: PendingQuestion = { for: 'answer', prompt, answer };
  // Enter in the same burst ends what is typed, it confirms nothing that has not been shown.
  return prompt.passing.includes(answer)
    ? { view, command: toBoardCommand(asking) }
    : toKeyOutcome({ ...view, asking });
}

/** The question of the chosen fixture, else the one that waits longest. */
function showOpenPrompt(view: View, state: BoardState): View {
  const oldest = state.prompts.find(({ fixture }) => fixture === view.chosenFixture) ?? state.prompts[0];
  if (!oldest) return view;
  const asking: PendingQuestion | null =
    oldest.choices.length === 0 ? { for: 'write', prompt: oldest, entry: '' } : null;
  return { ...view, page: 'details', chosenFixture: oldest.fixture, scroll: 0, asking };
}

/** The failing unit of the chosen fixture; without a choice, one that was lifted already, else the oldest. */
function askPutAway(view: View, { failing }: BoardState): PendingQuestion | null {
  const unit =
    failing.findLast((line) => line.fixture === view.chosenFixture) ??
    failing.find((line) => line.lifted) ??
    failing[0];
  return unit ? { for: 'put-away', unit } : null;
}

/** The label that waits for its unit, else the chosen fixture's, else the one that was scanned last. */
function askTakeBack(view: View, { nextLabel, tiles }: BoardState): PendingQuestion | null {
  if (nextLabel) return { for: 'take-back', fixture: null, label: nextLabel.label };
  const given = tiles.filter((tile) => tile.given !== null && (tile.face === 'busy' || tile.face === 'running'));
  const latest = given.toSorted((left, right) => right.given!.untilMs - left.given!.untilMs)[0];
  const tile = given.find(({ number }) => number === view.chosenFixture) ?? latest;
  return tile ? { for: 'take-back', fixture: tile.number, label: tile.given!.label } : null;
}

/** The unit proposed for scrap of the chosen fixture; without a choice, the oldest. */
function askSignature(view: View, { failing }: BoardState): PendingQuestion | null {
  const proposed = failing.filter(({ disposition }) => disposition === 'scrap-proposed');
  const unit = proposed.findLast((line) => line.fixture === view.chosenFixture) ?? proposed[0];
  return unit ? { for: 'sign', unit, entry: '' } : null;
}

function askRelease(fixture: number | null, state: BoardState): PendingQuestion | null {
  const tile = state.tiles.find((candidate) => candidate.number === fixture);
  const hasTrouble = tile?.stop !== null || state.alarms.length > 0;
  return fixture !== null && hasTrouble ? { for: 'release', fixture, entry: '' } : null;
}

function findChosenFixture(view: View, { tiles }: BoardState): number | null {
  return view.chosenFixture ?? tiles[0]?.number ?? null;
}

function chooseNextFixture(view: View, { tiles }: BoardState, step: 1 | -1): View {
  const at = view.chosenFixture === null ? 0 : tiles.findIndex((tile) => tile.number === view.chosenFixture);
  const next = tiles[Math.min(tiles.length - 1, Math.max(0, at + step))];
  return next === undefined ? view : { ...view, chosenFixture: next.number, scroll: 0, asking: null };
}

function setQuestion(view: View, asking: PendingQuestion | null): View {
  return { ...view, asking };
}

function toKeyOutcome(view: View): KeyOutcome {
  return { view, command: null };
}
