// What the person at the screen looks at and is asked, and how keys change it: pure. Nothing reaches the station without Enter.
import type { BoardState, FailingUnit, OpenPrompt } from '../state/board-state.ts';

export type Page = 'board' | 'details' | 'batch' | 'help' | 'yield';

/** A question at the foot of the screen, answered by Enter or given up by Esc. */
export type Asking =
  | { readonly for: 'put-away'; readonly unit: FailingUnit }
  | { readonly for: 'answer'; readonly prompt: OpenPrompt; readonly answer: string }
  /** An answer in a person's own words, where the question offers none. */
  | { readonly for: 'write'; readonly prompt: OpenPrompt; readonly entry: string }
  | { readonly for: 'stop'; readonly fixture: number }
  | { readonly for: 'start'; readonly fixture: number }
  | { readonly for: 'login'; readonly entry: string }
  | { readonly for: 'release'; readonly fixture: number; readonly entry: string }
  | { readonly for: 'sign'; readonly unit: FailingUnit; readonly entry: string };

export interface View {
  readonly page: Page;
  /** Null until somebody chose. */
  readonly chosenFixture: number | null;
  /** Lines scrolled on a page that is longer than the screen. */
  readonly scroll: number;
  readonly asking: Asking | null;
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
  | { readonly do: 'release'; readonly fixture: number; readonly cause: string }
  /** Whoever is logged in signs that the unit is scrapped. */
  | { readonly do: 'sign'; readonly runId: string; readonly reason: string }
  /** An empty name logs out. */
  | { readonly do: 'login'; readonly name: string };

export interface Choice {
  readonly view: View;
  readonly command: BoardCommand | null;
}

export const firstView: View = { page: 'board', chosenFixture: null, scroll: 0, asking: null };

const SCROLL_LINES = 10;
const LONGEST_ENTRY = 120;

/** The view after the keystroke, and the command that it confirmed. */
export function foldKey(view: View, key: Keystroke, state: BoardState): Choice {
  if (key === 'escape')
    return only(view.asking ? { ...view, asking: null } : { ...firstView, chosenFixture: view.chosenFixture });
  if (key === 'next' || key === 'previous') return only(chooseNext(view, state, key === 'next' ? 1 : -1));
  if (key === 'page-down') return only({ ...view, scroll: view.scroll + SCROLL_LINES });
  if (key === 'page-up') return only({ ...view, scroll: Math.max(0, view.scroll - SCROLL_LINES) });
  if (view.asking) return foldAnswer(view, view.asking, key);
  return key === 'backspace' ? only(view) : foldTyped(view, key, state);
}

/** True while what is typed is a text, so that a name of a person is not taken for a label. */
export function takesText({ asking }: View): boolean {
  return asking !== null && isWritten(asking);
}

type WrittenAsking = Extract<Asking, { readonly entry: string }>;

function isWritten(asking: Asking): asking is WrittenAsking {
  return 'entry' in asking;
}

function foldAnswer(view: View, asking: Asking, key: 'backspace' | { typed: string; ended: boolean }): Choice {
  const back = { ...view, asking: null };
  if (!isWritten(asking)) {
    return key !== 'backspace' && key.ended && key.typed === ''
      ? { view: back, command: commandOf(asking) }
      : only(view);
  }
  if (key === 'backspace') return only({ ...view, asking: { ...asking, entry: asking.entry.slice(0, -1) } });
  const entry = (asking.entry + key.typed).slice(0, LONGEST_ENTRY);
  if (!key.ended) return only({ ...view, asking: { ...asking, entry } });
  return { view: back, command: commandOf({ ...asking, entry: entry.trim() }) };
}

function commandOf(asking: Asking): BoardCommand | null {
  switch (asking.for) {
    case 'put-away':
      return { do: 'put-away', runId: asking.unit.runId };
    case 'answer':
      return { do: 'answer', promptId: asking.prompt.promptId, answer: asking.answer };
    case 'stop':
      return { do: 'stop', fixture: asking.fixture };
    case 'start':
      return { do: 'start', fixture: asking.fixture };
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

function foldTyped(view: View, { typed, ended }: { typed: string; ended: boolean }, state: BoardState): Choice {
  if (typed === '') return only({ ...view, page: view.page === 'details' ? 'board' : 'details', scroll: 0 });
  if (/^\d+$/.test(typed)) return foldNumber(view, Number(typed), ended, state);
  const fixture = chosenIn(view, state);
  switch (typed) {
    case '?':
      return only({ ...view, page: 'help', scroll: 0 });
    case 'y':
      return only({ ...view, page: 'yield', scroll: 0 });
    case 'b':
      return only({ ...view, page: 'batch', scroll: 0 });
    case 'a':
      return only(showOldestPrompt(view, state));
    case 'c':
      return only(asked(view, putAwayAsked(view, state)));
    case 'o':
      return only(asked(view, { for: 'login', entry: '' }));
    case 's':
      return only(asked(view, fixture === null ? null : { for: 'stop', fixture }));
    case 't':
      return only(asked(view, fixture === null ? null : { for: 'start', fixture }));
    case 'r':
      return only(asked(view, releaseAsked(fixture, state)));
    case 'g':
      return only(asked(view, signAsked(view, state)));
    default:
      return only(view);
  }
}

/** On the page of a fixture that asks something a number is an answer; everywhere else it is a fixture. */
function foldNumber(view: View, number: number, ended: boolean, state: BoardState): Choice {
  const fixture = chosenIn(view, state);
  const prompt = state.prompts.find((open) => open.fixture === fixture);
  if (view.page !== 'details' || !prompt) {
    return only(
      state.tiles.some((tile) => tile.number === number) ? { ...view, chosenFixture: number, scroll: 0 } : view,
    );
  }
  const answer = prompt.choices[number - 1];
  if (answer === undefined) return only(view);
  const asking: Asking = { for: 'answer', prompt, answer };
  return ended ? { view, command: commandOf(asking) } : only({ ...view, asking });
}

function showOldestPrompt(view: View, state: BoardState): View {
  const [oldest] = state.prompts;
  if (!oldest) return view;
  const asking: Asking | null = oldest.choices.length === 0 ? { for: 'write', prompt: oldest, entry: '' } : null;
  return { ...view, page: 'details', chosenFixture: oldest.fixture, scroll: 0, asking };
}

/** The failing unit of the chosen fixture; without a choice, one that was lifted already, else the oldest. */
function putAwayAsked(view: View, { failing }: BoardState): Asking | null {
  const unit =
    failing.findLast((line) => line.fixture === view.chosenFixture) ??
    failing.find((line) => line.lifted) ??
    failing[0];
  return unit ? { for: 'put-away', unit } : null;
}

/** The unit proposed for scrap of the chosen fixture; without a choice, the oldest. */
function signAsked(view: View, { failing }: BoardState): Asking | null {
  const proposed = failing.filter(({ disposition }) => disposition === 'scrap-proposed');
  const unit = proposed.findLast((line) => line.fixture === view.chosenFixture) ?? proposed[0];
  return unit ? { for: 'sign', unit, entry: '' } : null;
}

function releaseAsked(fixture: number | null, state: BoardState): Asking | null {
  const tile = state.tiles.find((candidate) => candidate.number === fixture);
  const hasTrouble = tile?.stop !== null || state.alarms.length > 0;
  return fixture !== null && hasTrouble ? { for: 'release', fixture, entry: '' } : null;
}

function chosenIn(view: View, { tiles }: BoardState): number | null {
  return view.chosenFixture ?? tiles[0]?.number ?? null;
}

function chooseNext(view: View, { tiles }: BoardState, step: 1 | -1): View {
  const at = view.chosenFixture === null ? 0 : tiles.findIndex((tile) => tile.number === view.chosenFixture);
  const next = tiles[Math.min(tiles.length - 1, Math.max(0, at + step))];
  return next === undefined ? view : { ...view, chosenFixture: next.number, scroll: 0, asking: null };
}

function asked(view: View, asking: Asking | null): View {
  return { ...view, asking };
}

function only(view: View): Choice {
  return { view, command: null };
}
