// Every word of the operator's screen in English; the shape of this object is what another language must fill.

import type { StationEvent } from '../../domain/events.ts';
import { yieldRules } from '../../domain/quality/yields.ts';
import { binColours, type Disposition, type Mark, suspectLabels } from '../../domain/run/verdict.ts';
import type { TileFace } from '../state/board-state.ts';

const faces: Record<TileFace, string> = {
  empty: 'EMPTY',
  closed: 'CLOSED',
  waiting: 'SCAN LABEL',
  busy: 'WAIT',
  running: 'RUNNING',
  asking: 'QUESTION',
  result: 'DONE',
  stopped: 'STOPPED',
};

/** For tiles a few cells wide. */
const shortFaces: Record<TileFace, string> = {
  empty: 'EMPTY',
  closed: 'CLOSED',
  waiting: 'SCAN',
  busy: 'WAIT',
  running: 'RUN',
  asking: 'ASKS',
  result: 'DONE',
  stopped: 'STOP',
};

const dispositions: Record<Disposition, string> = {
  pass: 'PASS',
  retest: 'RETEST',
  rework: 'REWORK',
  hold: 'HOLD',
  'scrap-proposed': 'SCRAP?',
  scrap: 'SCRAP',
};

const marks: Record<Mark, string> = {
  'no-fault-found': 'no fault found',
  marginal: 'marginal',
  reworked: 'reworked',
  resumed: 'taken up again',
  'no-earlier-operation': 'earlier operation not on record',
  'failure-voided': 'a failure before is void',
  'use-as-is': 'use as is',
};

/** Why a label that was scanned first was given up. */
export type DropReason = Extract<StationEvent, { readonly type: 'label-dropped' }>['reason'];

const dropReasons: Record<DropReason, string> = {
  expired: 'no unit was put in. Scan it again.',
  'taken-back': 'as you wished.',
  'used-elsewhere': 'it was scanned for another fixture.',
  'in-doubt': 'a unit was put in before the scan. Scan the label that is asked for.',
};

export const en = {
  languageName: 'English',
  faces,
  shortFaces,
  dispositions,
  bins: binColours,
  marks,
  suspects: suspectLabels,
  insertUnit: 'Insert a unit.',
  insertNoMore: 'Insert no more units.',
  scanLabel: 'Scan the label of this unit.',
  /** On the tiles of units whose label is asked for later. */
  later: 'THEN',
  scanAfter: (fixture: number) => `Scan this label after that of ${fixture}.`,
  labelGiven: (label: string, fixture: number) => `${label} in ${fixture}. Wrong: k, Enter.`,
  nextUnit: (label: string, fixture: number | null, left: string) =>
    `NEXT UNIT${fixture === null ? '' : ` IN ${fixture}`}: ${label}. Put it in within ${left}. Wrong: k, Enter.`,
  dropReasons,
  labelDropped: (label: string, reason: string) => `Label ${label} given up: ${reason}`,
  labelTakenBack: (label: string, fixture: number) => `Label ${label} taken back from fixture ${fixture}.`,
  doNotTouch: 'Do not touch.',
  /** Begins what is to be done with a unit that is still in its fixture. */
  lift: (fixture: number) => `Lift unit from ${fixture}. `,
  putInBin: (bin: string) => `Put it in the ${bin} bin.`,
  moveToFixture: (to: number) => `Put it into fixture ${to}.`,
  moveWhenFree: (to: number) => `Put it into fixture ${to} when that is free.`,
  retestAnywhere: 'Put it into another free fixture.',
  reseat: (fixture: number) => `Seat it again in ${fixture}.`,
  leave: (fixture: number) => `Leave the unit in ${fixture}. `,
  callTechnician: 'Call a technician.',
  stopped: (fixture: number) => `Use another fixture. Call a technician to ${fixture}.`,
  answerQuestion: (question: string) => `${question} Press a to answer.`,
  batch: 'Batch',
  operator: 'Operator',
  nobody: 'nobody',
  done: 'done',
  remaining: (count: number) => `${count} to go`,
  ending: 'ENDING: insert no more units. Those that run finish first. Ctrl-C again stops now, power goes off.',
  closed: 'closed',
  pass: 'pass',
  retest: 'retest',
  rework: 'rework',
  hold: 'hold',
  scrap: 'scrap',
  firstPassYield: 'first-pass yield',
  firstPassYieldShort: 'FPY',
  firstPassYieldRule: yieldRules['unit-fpy'].rule as string,
  perHour: 'units/h',
  perHourRule: 'Units that need no further test, divided by the hours since the batch was opened.',
  timeToGo: (time: string) => `about ${time} to go at this rate`,
  runs: 'runs',
  units: 'units',
  failuresByCode: 'Failures, most frequent first',
  failingUnits: 'Units to put away',
  confirmHint: 'c or a scan confirms',
  noneFailing: 'No unit waits to be put away.',
  moreLines: (count: number) => `and ${count} more`,
  scrapTitle: (count: number) => (count === 1 ? '1 unit to be scrapped' : `${count} units to be scrapped`),
  inFixture: (fixture: number) => `in fixture ${fixture}`,
  inHand: (fixture: number) => `lifted from ${fixture}`,
  inBin: (bin: string) => `in the ${bin} bin`,
  takeFromBin: (bin: string) => `Take it out of the ${bin} bin. `,
  calledUnit: (unit: string, word: string, bin: string) =>
    `JUDGED AGAIN: ${unit} is ${word} now. Take it out of the ${bin} bin.`,
  fixture: 'Fixture',
  unit: 'Unit',
  steps: 'Steps',
  stepOf: (step: number, count: number) => `step ${step} of ${count}`,
  usual: (time: string) => `usually ${time}`,
  longerThanUsual: (time: string) => `LONGER than the usual ${time}`,
  last: 'before',
  stoppedBecause: (rule: string, reason: string) => `Stopped (${rule}): ${reason}`,
  releasedBy: (missing: string) => `A technician releases it with r, after a run of: ${missing}.`,
  releasedFreely: 'A technician releases it with r.',
  challengeDue: (fixtures: string, missing: string) =>
    `Run ${missing} on fixture ${fixtures}: golden and known-bad units are due.`,
  challengeDueHere: (missing: string) => `due here: ${missing}`,
  cableWorn: (cycles: number, rated: number) => `cable: ${cycles} of ${rated} plug-ins`,
  alarm: 'ALARM',
  question: 'QUESTION',
  pressToAnswer: 'press a',
  answerWithin: (time: string) => `${time} left`,
  scanRefused: (text: string, reason: string) => `Scan "${text}" not taken: ${reason}`,
  unknownDevice: (port: string, usb: string) => `Device at port ${port}, which is no fixture: ${usb}`,
  scrapSigned: (unit: string, by: string) => `${by} signed: ${unit} is to be scrapped.`,
  scrapSignedFirst: (unit: string, by: string) =>
    `${by} signed that ${unit} is scrapped. Another person has to sign too.`,
  notDone: (text: string, reason: string) => `Not done: ${text} ${reason}`,
  why: 'Why',
  because: 'Because',
  suspected: 'Suspected, most likely first',
  likelihood: 'By the runs alone (advice)',
  rule: 'rule',
  wouldChange: 'What would change it',
  serial: 'Serial, last lines',
  health: (failed: number, runs: number) => `${failed} of ${runs} runs failed here`,
  askPutAway: (unit: string, bin: string) => `Is ${unit} put away (${bin})?`,
  askAnswer: (fixture: number, answer: string) => `Fixture ${fixture}: "${answer}" counts as a failure.`,
  askAnswerKeys: (answer: string) => `Enter: record ${answer} · Esc: back`,
  askStop: (fixture: number) => `Stop fixture ${fixture} and abort its run?`,
  askTakeBack: (label: string, fixture: number | null) =>
    fixture === null ? `Take label ${label} back?` : `Take label ${label} back from fixture ${fixture}?`,
  askStart: (fixture: number) => `Start a run in fixture ${fixture}, though nothing is seen of its unit?`,
  askYes: 'Enter yes · Esc no',
  askName: 'Operator (empty: nobody):',
  askSign: (unit: string) => `Sign that ${unit} is scrapped. Reason:`,
  askCause: (fixture: number) => `Release fixture ${fixture}. Cause found:`,
  askWrite: (fixture: number) => `Answer for fixture ${fixture}:`,
  askEnter: 'Enter ends · Esc back',
  keysBoard: 'Enter details · b batch · c confirm · o operator · ? help · Ctrl-C end',
  keysBack: 'Esc back · arrows: other fixture · PgDn more',
  readOnly: 'watching only',
  tooSmall: (columns: number, rows: number) =>
    `This window is ${columns}x${rows}: the board needs 80x24. Make it larger.`,
  stationGone: 'The station ended without a word. What it showed as done is on record; start it again to go on.',
  lost: (time: string) => `NO SIGN OF LIFE from the station for ${time}`,
  help: [
    'Put a unit into a fixture that says EMPTY: the run starts by itself.',
    'Do what the tile says when it is filled. Nothing else is needed.',
    '',
    'arrows, or a number     choose a fixture',
    'Enter                   details of the chosen fixture',
    'a, then 1 2 3           answer the chosen fixture, or who waits longest',
    'k, Enter                take back the label that was scanned last',
    'c, Enter                confirm: the unit is in its bin',
    'b   y                   the batch; how first-pass yield is counted',
    'o                       log in, or out',
    's, Enter                stop the chosen fixture',
    't, Enter                start a run by hand: nothing is seen of the unit',
    'g                       sign that a unit is scrapped (as who is logged in)',
    'r                       release a stopped fixture (technician, engineer)',
    'Esc                     back to the board',
    'Ctrl-C                  end: running units finish, then the station closes',
    'Ctrl-C again            stop now: running units are aborted, power goes off',
    '',
    'The scanner works on every screen; a scan is never taken for a key.',
    'Cards: FIXTURE TAKEBACK CONFIRM BIN START STOP ANSWER OPERATOR SIGN FINISH',
  ],
} as const satisfies Record<string, unknown>;

/** Widens the literal texts of a catalogue to their kinds, so that another language fills the same shape. */
type Widened<Value> = Value extends string
  ? string
  : Value extends (...parameters: infer Parameters) => string
    ? (...parameters: Parameters) => string
    : Value extends readonly unknown[]
      ? readonly string[]
      : { readonly [Key in keyof Value]: Widened<Value[Key]> };

/** All texts of the screen in one language. */
export type Messages = Widened<typeof en>;
