// What the person at the screen looks at, and how keys change it: pure, and nothing here touches the station.

export type Page = 'board' | 'details' | 'help' | 'yield';

export interface View {
  readonly page: Page;
  /** Null until somebody chose. */
  readonly chosenFixture: number | null;
}

/** A key that cannot come from a scanner, or what a person typed: text, and whether Enter ended it. */
export type Keystroke = 'escape' | 'next' | 'previous' | { readonly typed: string; readonly ended: boolean };

/** What a keystroke asks of the station beside the view; only confirming does. */
export type Asked = { readonly confirm: number } | null;

export const firstView: View = { page: 'board', chosenFixture: null };

/** The view after the keystroke. */
export function foldKey(view: View, key: Keystroke, fixtures: readonly number[]): { view: View; asked: Asked } {
  if (key === 'escape') return { view: { ...view, page: 'board' }, asked: null };
  if (key === 'next' || key === 'previous')
    return { view: chooseNext(view, fixtures, key === 'next' ? 1 : -1), asked: null };
  return foldTyped(view, key, fixtures);
}

function foldTyped(
  view: View,
  { typed, ended }: { typed: string; ended: boolean },
  fixtures: readonly number[],
): { view: View; asked: Asked } {
  const chosen = view.chosenFixture ?? fixtures[0] ?? null;
  const show = (page: Page): { view: View; asked: Asked } => ({ view: { ...view, page }, asked: null });
  if (typed === '' && ended) return show(view.page === 'details' ? 'board' : 'details');
  if (typed === '?') return show('help');
  if (typed === 'y') return show('yield');
  if (typed === 'c' && chosen !== null) return { view, asked: { confirm: chosen } };
  const number = Number(typed);
  if (/^\d+$/.test(typed) && fixtures.includes(number)) {
    return { view: { ...view, chosenFixture: number }, asked: null };
  }
  return { view, asked: null };
}

function chooseNext(view: View, fixtures: readonly number[], step: 1 | -1): View {
  const at = view.chosenFixture === null ? 0 : fixtures.indexOf(view.chosenFixture);
  const next = fixtures[Math.min(fixtures.length - 1, Math.max(0, at + step))];
  return next === undefined ? view : { ...view, chosenFixture: next };
}
