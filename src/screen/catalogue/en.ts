// Every word of the operator's screen in English; the shape of this object is what another language must fill.
import type { Bin, Disposition, Mark } from '../../model/verdict.ts';
import type { TileFace } from '../board-state.ts';

const faces: Record<TileFace, string> = {
  empty: 'EMPTY',
  waiting: 'SCAN LABEL',
  busy: 'WAIT',
  running: 'RUNNING',
  result: 'DONE',
  stopped: 'STOPPED',
};

const dispositions: Record<Disposition, string> = {
  pass: 'PASS',
  retest: 'RETEST',
  rework: 'REWORK',
  hold: 'HOLD',
  'scrap-proposed': 'SCRAP?',
  scrap: 'SCRAP',
};

const bins: Record<Bin, string> = { pass: 'GREEN', retest: 'WHITE', rework: 'YELLOW', hold: 'BLUE', scrap: 'RED' };

const marks: Record<Mark, string> = {
  'no-fault-found': 'no fault found',
  marginal: 'marginal',
  reworked: 'reworked',
  resumed: 'taken up again',
  'use-as-is': 'use as is',
};

export const en = {
  languageName: 'English',
  faces,
  dispositions,
  bins,
  marks,
  insertUnit: 'Insert a unit.',
  scanLabel: 'Scan the label of this unit.',
  doNotTouch: 'Do not touch.',
  putInBin: (bin: string, fixture: number) => `Lift unit from ${fixture}. Put it in the ${bin} bin.`,
  moveToFixture: (fixture: number, from: number) => `Lift unit from ${from}. Put it into fixture ${fixture}.`,
  retestAnywhere: (fixture: number) => `Lift unit from ${fixture}. Put it into another free fixture.`,
  reseat: (fixture: number) => `Lift unit from ${fixture}. Seat it again in ${fixture}.`,
  callTechnician: (fixture: number) => `Leave the unit in ${fixture}. Call a technician.`,
  confirmBin: (fixture: number) => `Then confirm: press ${fixture} Enter, or scan the bin.`,
  batch: 'Batch',
  operator: 'Operator',
  nobody: 'nobody',
  done: 'done',
  pass: 'pass',
  rework: 'rework',
  hold: 'hold',
  scrap: 'scrap',
  firstPassYield: 'first-pass yield',
  firstPassYieldRule:
    'First-pass yield: units whose first counted run passed, divided by units with a first counted run.',
  perHour: 'units/h',
  failingUnits: 'Units to put away',
  noneFailing: 'No unit waits to be put away.',
  moreFailing: (count: number) => `and ${count} more`,
  scrapTitle: (count: number) => (count === 1 ? '1 unit to be scrapped' : `${count} units to be scrapped`),
  inFixture: (fixture: number) => `in fixture ${fixture}`,
  inHand: (fixture: number) => `lifted from ${fixture}`,
  fixture: 'Fixture',
  unit: 'Unit',
  step: 'Step',
  usual: (seconds: string) => `usually ${seconds}`,
  stoppedBecause: (reason: string) => `Stopped: ${reason}`,
  goldenDue: (fixture: number, missing: string) => `Fixture ${fixture}: run the challenge set (${missing}).`,
  alarm: 'ALARM',
  question: 'QUESTION',
  answerWithin: (seconds: string) => `answer within ${seconds}`,
  why: 'Why',
  evidence: 'Evidence',
  rule: 'Rule',
  wouldChange: 'What would change it',
  serial: 'Serial, last lines',
  health: (failed: number, runs: number) => `${failed} of ${runs} runs failed here`,
  keysBoard: 'arrows choose · Enter details · b batch · y yield · ? help · Ctrl-C end',
  keysBack: 'Esc back',
  readOnly: 'watching only',
  help: [
    'Put a unit into a fixture that says EMPTY: the run starts by itself.',
    'Do what the tile says when it is filled. Nothing else is needed.',
    '',
    'arrows, or a number and Enter   choose a fixture',
    'Enter                           details of the chosen fixture',
    'c                               confirm: the chosen unit is in its bin',
    'y                               how first-pass yield is counted',
    'Esc                             back to the board',
    'Ctrl-C                          end: running units finish, then the station closes',
    'Ctrl-C again                    stop now: running units are aborted, power goes off',
    '',
    'The scanner works on every screen; a scan is never taken for a key.',
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
export type Catalogue = Widened<typeof en>;
