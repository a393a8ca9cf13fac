import { describe, expect, it } from 'vitest';
import {
  type BoardCommand,
  initialView,
  type Keystroke,
  keyReducer,
  type View,
} from '../../src/screen/input/key-bindings.ts';
import { boardAfter, busyBoard, opened, recordOf, scrapProposed, signatureAsked, unitOf } from './sample-board.ts';

const state = busyBoard(8);
const enter: Keystroke = { typed: '', ended: true };
const key = (typed: string): Keystroke => ({ typed, ended: false });

function pressAll(keys: readonly Keystroke[], board = state): { view: View; commands: readonly BoardCommand[] } {
  let view = initialView;
  const commands: BoardCommand[] = [];
  for (const one of keys) {
    const next = keyReducer(view, one, board);
    view = next.view;
    if (next.command) commands.push(next.command);
  }
  return { view, commands };
}

describe('keys', () => {
  it.each([
    ['?', 'help'],
    ['y', 'yield'],
    ['b', 'batch'],
  ])('%s shows the page %s, and Esc leads back', (typed, page) => {
    expect(pressAll([key(typed)]).view.page).toBe(page);
    expect(pressAll([key(typed), 'escape']).view.page).toBe('board');
  });

  it('choose a fixture by number or arrows, and show its details with Enter', () => {
    expect(pressAll([key('3')]).view).toMatchObject({ chosenFixture: 3, page: 'board' });
    expect(pressAll(['next', 'next', enter]).view).toMatchObject({ chosenFixture: 3, page: 'details' });
    expect(pressAll(['previous']).view.chosenFixture).toBe(1);
    expect(pressAll([key('99')]).view.chosenFixture).toBeNull();
  });

  it('confirm that a failing unit is put away, after Enter', () => {
    const { runId } = recordOf(1, unitOf(1), scrapProposed);
    expect(pressAll([key('1'), key('c')]).commands).toEqual([]);
    expect(pressAll([key('1'), key('c'), enter]).commands).toEqual([{ do: 'put-away', runId }]);
    expect(pressAll([key('1'), key('c'), 'escape', enter]).commands).toEqual([]);
  });

  it('take the unit that was lifted when no fixture was chosen', () => {
    expect(pressAll([key('c')]).view.asking).toMatchObject({ unit: { unit: unitOf(6).label } });
  });

  it('confirm nothing when no unit waits', () => {
    expect(pressAll([key('c'), enter], boardAfter([opened([1])])).commands).toEqual([]);
  });

  it('answer the oldest question by its number: at once where that passes, after Enter where it fails', () => {
    const answer = (given: string) => ({ do: 'answer', promptId: 'prompt-1', answer: given });
    expect(pressAll([key('a'), key('1')]).commands).toEqual([answer('yes')]);
    expect(pressAll([key('a'), key('2')]).commands).toEqual([]);
    expect(pressAll([key('a'), { typed: '2', ended: true }]).commands).toEqual([]);
    expect(pressAll([key('a'), key('2'), enter]).commands).toEqual([answer('no')]);
    expect(pressAll([key('a'), key('2'), 'escape', enter]).commands).toEqual([]);
    expect(pressAll([key('a'), key('7'), enter]).commands).toEqual([]);
    expect(pressAll([key('2'), enter]).commands).toEqual([]);
  });

  it('confirm every answer of a question that does not say which ones pass, as logs from before do not', () => {
    const asked = { ...signatureAsked, choices: ['yes', 'no'] };
    const board = boardAfter([opened([1, 2]), asked]);
    expect(pressAll([key('a'), key('1')], board).commands).toEqual([]);
    expect(pressAll([key('a'), key('1'), enter], board).commands).toEqual([
      { do: 'answer', promptId: 'prompt-9', answer: 'yes' },
    ]);
  });

  it('answer a question that offers no answers in their own words', () => {
    const board = boardAfter([opened([1, 2]), signatureAsked]);
    const written = [key('a'), key('Ada, '), { typed: 'lost its keys', ended: true }];
    expect(pressAll(written, board).commands).toEqual([
      { do: 'answer', promptId: 'prompt-9', answer: 'Ada, lost its keys' },
    ]);
    expect(pressAll([key('a'), enter], board).commands).toEqual([]);
  });

  it('sign that a unit is scrapped, with a reason and Enter, and only one that is proposed for it', () => {
    const { runId } = recordOf(1, unitOf(1), scrapProposed);
    const reason: Keystroke = { typed: 'sector 7 is dead', ended: true };
    expect(pressAll([key('g'), reason]).commands).toEqual([{ do: 'sign', runId, reason: 'sector 7 is dead' }]);
    expect(pressAll([key('g'), enter]).commands).toEqual([]);
    expect(pressAll([key('g')], boardAfter([opened([1])])).view.asking).toBeNull();
  });

  it('log in by a name typed slowly or at once, and out by none', () => {
    expect(pressAll([key('o'), key('Ki'), key('n'), 'backspace', key('m'), enter]).commands).toEqual([
      { do: 'login', name: 'Kim' },
    ]);
    expect(pressAll([key('o'), { typed: 'Anna', ended: true }]).commands).toEqual([{ do: 'login', name: 'Anna' }]);
    expect(pressAll([key('o'), enter]).commands).toEqual([{ do: 'login', name: '' }]);
  });

  it('start a run by hand after Enter, in a fixture where nothing is seen', () => {
    expect(pressAll([key('2'), key('t')]).commands).toEqual([]);
    expect(pressAll([key('2'), key('t'), enter]).commands).toEqual([{ do: 'start', fixture: 2 }]);
  });

  it('stop a fixture after Enter, and release a stopped one with the cause', () => {
    expect(pressAll([key('2'), key('s'), enter]).commands).toEqual([{ do: 'stop', fixture: 2 }]);
    expect(pressAll([key('5'), key('r'), { typed: 'new cable', ended: true }]).commands).toEqual([
      { do: 'release', fixture: 5, cause: 'new cable' },
    ]);
    expect(pressAll([key('5'), key('r'), enter]).commands).toEqual([]);
    expect(pressAll([key('2'), key('r')]).view.asking).toBeNull();
  });
});
