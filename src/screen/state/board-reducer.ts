// One event onto the board: (state, event) -> state, pure; the screen shows nothing else.
import type { StationEvent } from '../../domain/events.ts';
import type { Instruction } from '../../domain/run/verdict.ts';
import { reduceRunRecorded, reduceRunStarted, reduceScrapSigned, reduceVerdictRevised } from './batch-reducer.ts';
import type { BoardState, FailingUnit, NextLabel, Notice, Tile } from './board-state.ts';
import { createEmptyTile } from './board-state.ts';
import { sanitizeText } from './sanitize-text.ts';
import { clearTile, tileReducer } from './tile-reducer.ts';

/** How long a notice stays, on the station's clock. */
export const NOTICE_MS = 15_000;
const MAX_PROMPTS = 64;
const MAX_ALARMS = 64;

/** The board after the event. */
export function boardReducer(state: BoardState, event: StationEvent): BoardState {
  const next = reduceEvent(state, event);
  return markFreeTargets(next.isEnding ? closeEmptyFixtures(next) : next);
}

/** Who is told to put a unit into a fixture is told whether that is free. */
function markFreeTargets(state: BoardState): BoardState {
  const isFree = ({ instruction }: { readonly instruction: Instruction }): boolean =>
    instruction.do !== 'move-to-fixture' ||
    state.tiles.some((tile) => tile.number === instruction.fixture && tile.face === 'empty');
  const isRight = (place: FailingUnit | NonNullable<Tile['result']>): boolean => place.isTargetFree === isFree(place);
  if (state.tiles.every(({ result }) => result === null || isRight(result)) && state.failing.every(isRight))
    return state;
  return {
    ...state,
    tiles: state.tiles.map((tile) =>
      tile.result === null || isRight(tile.result)
        ? tile
        : { ...tile, result: { ...tile.result, isTargetFree: isFree(tile.result) } },
    ),
    failing: state.failing.map((unit) => (isRight(unit) ? unit : { ...unit, isTargetFree: isFree(unit) })),
  };
}

/** A station that ends takes no more units. */
function closeEmptyFixtures(state: BoardState): BoardState {
  if (!state.tiles.some((tile) => tile.face === 'empty')) return state;
  return { ...state, tiles: state.tiles.map((tile) => (tile.face === 'empty' ? { ...tile, face: 'closed' } : tile)) };
}

function reduceEvent(state: BoardState, event: StationEvent): BoardState {
  const now = { ...state, nowMs: Math.max(state.nowMs, event.atMs) };
  switch (event.type) {
    case 'batch-opened':
      return openBatch(now, event);
    case 'batch-ending':
      return { ...now, isEnding: true };
    case 'batch-closed':
      return { ...now, isClosed: true };
    case 'operator-changed':
      return { ...now, operator: event.operator === null ? null : sanitizeText(event.operator) };
    case 'prompt-opened':
      return {
        ...updateTile(now, event.fixture, (tile) => ({
          ...tile,
          face: 'asking',
          question: sanitizeText(event.question),
          choices: event.choices.map(sanitizeText),
        })),
        prompts: [...state.prompts, toOpenPrompt(event)].slice(-MAX_PROMPTS),
      };
    case 'prompt-closed':
      return removePrompt(now, event.promptId);
    case 'unit-put-away':
      return { ...now, failing: state.failing.filter((unit) => unit.runId !== event.runId) };
    case 'scrap-signed':
      return applyScrapSignature(now, event);
    case 'station-fault-raised':
      return { ...now, alarms: [...removeAlarm(state, event.faultId), toAlarm(event)].slice(-MAX_ALARMS) };
    case 'station-fault-cleared':
      return { ...now, alarms: removeAlarm(state, event.faultId) };
    case 'scan-refused':
      return { ...now, notice: createNotice('scan-refused', event.text, event.reason, event.atMs) };
    case 'label-kept':
      return { ...now, nextLabel: toNextLabel(event) };
    case 'label-dropped':
      return {
        ...now,
        nextLabel: null,
        notice: createNotice('label-dropped', event.label, event.reason, event.atMs),
      };
    case 'label-awaited':
      return updateTile(passTurnTo(now, event.fixture), event.fixture, (tile) => tileReducer(tile, event));
    case 'label-given':
      return {
        ...updateTile(now, event.fixture, (tile) => tileReducer(tile, event)),
        nextLabel: state.nextLabel?.label === sanitizeText(event.label) ? null : state.nextLabel,
      };
    case 'label-taken-back':
      return {
        ...updateTile(now, event.fixture, (tile) => tileReducer(tile, event)),
        notice: createNotice('label-taken-back', event.label, String(event.fixture), event.atMs),
      };
    case 'unknown-device-attached':
      return { ...now, notice: createNotice('unknown-device', event.portPath, event.usb, event.atMs) };
    case 'held-units-changed':
      return now;
    case 'run-started':
      return reduceRunStarted(
        updateTile(now, event.fixture, (tile) => tileReducer(tile, event)),
        event.run,
      );
    case 'run-recorded':
      return reduceRunRecorded(
        updateTile(now, event.fixture, (tile) => tileReducer(tile, event)),
        event.run,
      );
    case 'verdict-revised':
      return reduceVerdictRevised(
        updateTile(now, event.fixture, (tile) => tileReducer(tile, event)),
        event,
      );
    case 'unit-removed':
      return {
        ...updateTile(now, event.fixture, clearTile),
        failing: state.failing.map((unit) => (unit.fixture === event.fixture ? { ...unit, lifted: true } : unit)),
      };
    default:
      return updateTile(now, event.fixture, (tile) => tileReducer(tile, event));
  }
}

/** A notice of this terminal's own, such as a command that the station refused. */
export function createNotice(kind: Notice['kind'], subject: string, text: string, atMs: number): Notice {
  return { kind, subject: sanitizeText(subject), text: sanitizeText(text), untilMs: atMs + NOTICE_MS };
}

type EventOf<Type extends StationEvent['type']> = Extract<StationEvent, { readonly type: Type }>;

function openBatch(state: BoardState, event: EventOf<'batch-opened'>): BoardState {
  return {
    ...state,
    batch: sanitizeText(event.batch),
    product: sanitizeText(event.product),
    targetCount: event.targetCount,
    openedAtMs: event.atMs,
    isEnding: false,
    isClosed: false,
    tiles: [...event.fixtureNumbers]
      .sort((left, right) => left - right)
      .map((number) => state.tiles.find((tile) => tile.number === number) ?? createEmptyTile(number)),
  };
}

function toNextLabel({ label, fixture, expiresInMs, atMs }: EventOf<'label-kept'>): NextLabel {
  return { label: sanitizeText(label), fixture, untilMs: atMs + expiresInMs };
}

/** The fixtures that wait for their turn wait for the one that asks now. */
function passTurnTo(state: BoardState, asking: number): BoardState {
  const pass = (tile: Tile): Tile =>
    tile.face === 'waiting' && tile.number !== asking ? { ...tile, asksAfter: asking } : tile;
  return { ...state, tiles: state.tiles.map(pass) };
}

/** The unit says scrap only when enough people have signed. */
function applyScrapSignature(state: BoardState, { runId, by, missing, atMs }: EventOf<'scrap-signed'>): BoardState {
  const unit = state.failing.find((line) => line.runId === runId)?.unit ?? '';
  const notice = createNotice(missing === null ? 'scrap-signed' : 'scrap-signed-first', unit, by, atMs);
  if (missing !== null) return { ...state, notice };
  return {
    ...reduceScrapSigned(state, runId),
    tiles: state.tiles.map((tile) =>
      tile.result?.runId === runId ? { ...tile, result: { ...tile.result, disposition: 'scrap' as const } } : tile,
    ),
    notice,
  };
}

function toOpenPrompt(event: EventOf<'prompt-opened'>) {
  const { promptId, fixture, choices, passing = [], expiresInMs } = event;
  return {
    promptId,
    fixture,
    question: sanitizeText(event.question),
    choices,
    passing,
    expiresAtMs: expiresInMs === null ? null : event.atMs + expiresInMs,
  };
}

function removePrompt(state: BoardState, promptId: string): BoardState {
  const closed = state.prompts.find((prompt) => prompt.promptId === promptId);
  const prompts = state.prompts.filter((prompt) => prompt !== closed);
  if (!closed) return state;
  const answered = (tile: Tile): Tile => ({ ...tile, face: 'running', question: null });
  return { ...updateTile(state, closed.fixture, (tile) => (tile.face === 'asking' ? answered(tile) : tile)), prompts };
}

function toAlarm(event: EventOf<'station-fault-raised'>) {
  return {
    id: event.faultId,
    text: sanitizeText(event.message),
    hint: sanitizeText(event.hint),
    fixture: event.fixture,
  };
}

function removeAlarm(state: BoardState, faultId: string) {
  return state.alarms.filter((alarm) => alarm.id !== faultId);
}

function updateTile(state: BoardState, fixture: number, change: (tile: Tile) => Tile): BoardState {
  return { ...state, tiles: state.tiles.map((tile) => (tile.number === fixture ? change(tile) : tile)) };
}
