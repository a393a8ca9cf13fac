// Runs as a stream of IPC-CFX 2.1 messages, in the order in which a line would have heard them.
import { type DecidedRun, listRunSignatures } from '../../domain/decisions/decided-run.ts';
import type { RunRecord } from '../../domain/run/run.ts';
import { createDeterministicIds } from '../deterministic-ids.ts';
import type { ExportFormat, ExportOptions } from '../export-format.ts';
import { findExclusionReason } from '../result-map.ts';
import { createRunTimes, formatDurationHms } from '../run-times.ts';
import {
  buildCfxActivitiesExecuted,
  buildCfxFault,
  buildCfxUnitsDisqualified,
  buildCfxUnitsTested,
  buildCfxWorkCompleted,
  buildCfxWorkStarted,
  type CfxBody,
  type CfxRun,
} from './cfx-bodies.ts';

/** One message per line; void, golden and engineering runs change the station's state but report no unit. */
export const cfx: ExportFormat = {
  name: 'cfx',
  summary: 'IPC-CFX 2.1 messages, one JSON per line, a file per day (UTC)',
  checkedAgainst: 'not externally checked: field lists of the CFX SDK 2.1',
  omits: { reasonFor: findExclusionReason, becoming: 'told as states of the station only' },
  write: async function* (runs, options) {
    const messages = createCfxMessageBuilder(options);
    for await (const run of runs()) {
      const day = new Date(Date.parse(run.startedAt)).toISOString().slice(0, 10);
      yield {
        file: `cfx-${day}.ndjson`,
        text: formatNdjson(messages(run)),
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
function createCfxMessageBuilder(options: ExportOptions): (run: DecidedRun) => readonly CfxMessage[] {
  const stateSince = new Map<string, { readonly state: number; readonly sinceMs: number }>();
  return (run) => {
    const nextId = createDeterministicIds(`cfx ${run.runId}`);
    const context: CfxRun = { run, transaction: nextId(), times: createRunTimes(run), generateId: nextId };
    const source = `${options.location}.${run.station}.fixture-${run.fixture}`;
    const message = (name: string, atMs: number, body: CfxBody): CfxMessage => ({
      MessageName: `CFX.${name}`,
      Version: '2.1',
      TimeStamp: context.times.toZonedIso(atMs),
      UniqueID: nextId(),
      Source: source,
      Target: null,
      RequestID: null,
      MessageBody: body,
    });
    const changeState = (state: number, atMs: number, fault: CfxBody | null): CfxMessage => {
      const nowMs = context.times.toEpochMs(atMs);
      const old = stateSince.get(source) ?? { state: STATES.noProduct, sinceMs: nowMs };
      stateSince.set(source, { state, sinceMs: nowMs });
      const body = {
        OldState: old.state,
        OldStateDuration: formatDurationHms(nowMs - old.sinceMs),
        NewState: state,
        RelatedFault: fault,
      };
      return message('ResourcePerformance.StationStateChanged', atMs, body);
    };
    const endMs = run.durationMs;
    const fault = run.error ? buildCfxFault(context) : null;
    const reported = findExclusionReason(run) === null;
    return [
      changeState(classifyStationState(run), 0, null),
      ...(reported
        ? [
            message('Production.WorkStarted', 0, buildCfxWorkStarted(context)),
            message('Production.ActivitiesExecuted', endMs, buildCfxActivitiesExecuted(context)),
          ]
        : []),
      ...(fault ? [message('ResourcePerformance.FaultOccurred', endMs, { Fault: fault })] : []),
      ...(reported
        ? [
            message('Production.TestAndInspection.UnitsTested', endMs, buildCfxUnitsTested(context)),
            message('Production.WorkCompleted', endMs, buildCfxWorkCompleted(context)),
          ]
        : []),
      changeState(fault ? STATES.unscheduledDown : STATES.noProduct, endMs, fault),
      ...(reported && run.verdict.disposition === 'scrap'
        ? [message('Production.UnitsDisqualified', findDecisionMs(run), buildCfxUnitsDisqualified(context))]
        : []),
    ];
  };
}

/** When the last person signed, from the run's start; its end where nobody's signature is known. */
function findDecisionMs(run: DecidedRun): number {
  const last = listRunSignatures(run).at(-1);
  return last ? Math.max(run.durationMs, Date.parse(last.at) - Date.parse(run.startedAt)) : run.durationMs;
}

function classifyStationState({ purpose, verdict }: RunRecord): number {
  if (purpose === 'golden' || purpose === 'known-bad' || purpose === 'grr') return STATES.productionTest;
  if (purpose === 'engineering') return STATES.engineering;
  return verdict.marks.includes('reworked') ? STATES.rework : STATES.regularWork;
}

function formatNdjson(messages: readonly CfxMessage[]): string {
  let text = '';
  for (const message of messages) text += `${JSON.stringify(message)}\n`;
  return text;
}
