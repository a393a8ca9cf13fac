// Runs as a stream of IPC-CFX 2.1 messages, in the order in which a line would have heard them.
import { type DecidedRun, signaturesOn } from '../../domain/run/decided-run.ts';
import type { RunRecord } from '../../domain/run/run.ts';
import { uniqueIds } from '../deterministic-ids.ts';
import type { ExportFormat, ExportOptions } from '../export-format.ts';
import { keptBack } from '../result-map.ts';
import { clockText, runTimes } from '../run-times.ts';
import {
  activitiesExecuted,
  type CfxBody,
  type CfxRun,
  faultOf,
  unitsDisqualified,
  unitsTested,
  workCompleted,
  workStarted,
} from './cfx-bodies.ts';

/** One message per line; void, golden and engineering runs change the station's state but report no unit. */
export const cfx: ExportFormat = {
  name: 'cfx',
  summary: 'IPC-CFX 2.1 messages, one JSON per line, a file per day (UTC)',
  checkedAgainst: 'not externally checked: field lists of the CFX SDK 2.1',
  omits: { reasonFor: keptBack, becoming: 'told as states of the station only' },
  write: async function* (runs, options) {
    const messages = cfxMessages(options);
    for await (const run of runs()) {
      const day = new Date(Date.parse(run.startedAt)).toISOString().slice(0, 10);
      yield {
        file: `cfx-${day}.ndjson`,
        text: linesOf(messages(run)),
      };
    }
  },
};

export interface CfxMessage {
  readonly MessageName: string;
  readonly Version: '2.1';
  readonly TimeStamp: string;
  readonly UniqueID: string;
  readonly Source: string;
  readonly Target: null;
  readonly RequestID: null;
  readonly MessageBody: CfxBody;
}

/** SEMI E58 numbers that a station of ours can be in. */
const STATES = {
  regularWork: 1100,
  rework: 1300,
  engineering: 3000,
  noProduct: 2200,
  productionTest: 4600,
  unscheduledDown: 5000,
} as const;

/** Turns runs, oldest first, into messages; remembers when each fixture last changed its state. */
function cfxMessages(options: ExportOptions): (run: DecidedRun) => readonly CfxMessage[] {
  const stateSince = new Map<string, { readonly state: number; readonly sinceMs: number }>();
  return (run) => {
    const nextId = uniqueIds(`cfx ${run.runId}`);
    const context: CfxRun = { run, transaction: nextId(), times: runTimes(run), nextId };
    const source = `${options.location}.${run.station}.fixture-${run.fixture}`;
    const message = (name: string, atMs: number, body: CfxBody): CfxMessage => ({
      MessageName: `CFX.${name}`,
      Version: '2.1',
      TimeStamp: context.times.zoned(atMs),
      UniqueID: nextId(),
      Source: source,
      Target: null,
      RequestID: null,
      MessageBody: body,
    });
    const changeState = (state: number, atMs: number, fault: CfxBody | null): CfxMessage => {
      const nowMs = context.times.epochMs(atMs);
      const old = stateSince.get(source) ?? { state: STATES.noProduct, sinceMs: nowMs };
      stateSince.set(source, { state, sinceMs: nowMs });
      const body = {
        OldState: old.state,
        OldStateDuration: clockText(nowMs - old.sinceMs),
        NewState: state,
        RelatedFault: fault,
      };
      return message('ResourcePerformance.StationStateChanged', atMs, body);
    };
    const endMs = run.durationMs;
    const fault = run.error ? faultOf(context) : null;
    const reported = keptBack(run) === null;
    return [
      changeState(workingState(run), 0, null),
      ...(reported
        ? [
            message('Production.WorkStarted', 0, workStarted(context)),
            message('Production.ActivitiesExecuted', endMs, activitiesExecuted(context)),
          ]
        : []),
      ...(fault ? [message('ResourcePerformance.FaultOccurred', endMs, { Fault: fault })] : []),
      ...(reported
        ? [
            message('Production.TestAndInspection.UnitsTested', endMs, unitsTested(context)),
            message('Production.WorkCompleted', endMs, workCompleted(context)),
          ]
        : []),
      changeState(fault ? STATES.unscheduledDown : STATES.noProduct, endMs, fault),
      ...(reported && run.verdict.disposition === 'scrap'
        ? [message('Production.UnitsDisqualified', decidedAtMs(run), unitsDisqualified(context))]
        : []),
    ];
  };
}

/** When the last person signed, from the run's start; its end where nobody's signature is known. */
function decidedAtMs(run: DecidedRun): number {
  const last = signaturesOn(run).at(-1);
  return last ? Math.max(run.durationMs, Date.parse(last.at) - Date.parse(run.startedAt)) : run.durationMs;
}

function workingState({ purpose, verdict }: RunRecord): number {
  if (purpose === 'golden' || purpose === 'known-bad' || purpose === 'grr') return STATES.productionTest;
  if (purpose === 'engineering') return STATES.engineering;
  return verdict.marks.includes('reworked') ? STATES.rework : STATES.regularWork;
}

function linesOf(messages: readonly CfxMessage[]): string {
  let text = '';
  for (const message of messages) text += `${JSON.stringify(message)}\n`;
  return text;
}
