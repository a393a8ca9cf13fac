// What happened at the station, in the past tense: the screen, the log and the tests listen; nobody answers.

import type { HeldUnit } from './decisions/held-unit.ts';
import type { RunHeader, RunRecord, StepPhase, StepRecord } from './run/run.ts';
import type { Verdict } from './run/verdict.ts';
import type { UnitIdentity } from './unit/unit.ts';

/** Every event carries the station's sequence number and both clocks. */
export interface EventStamp {
  readonly sequence: number;
  /** ISO 8601 with offset. */
  readonly at: string;
  readonly atMs: number;
}

export type FixtureEvent =
  | { readonly type: 'fixture-emptied'; readonly fixture: number }
  | { readonly type: 'unit-attached'; readonly fixture: number; readonly portPath: string; readonly usb: string }
  /** A person says that a unit is in the fixture, of which nothing is seen on the bus. */
  | { readonly type: 'unit-declared'; readonly fixture: number; readonly by: string | null }
  /** This fixture asks for the label of its unit now; no other does. */
  | { readonly type: 'label-awaited'; readonly fixture: number }
  /** The unit waits for its label; another fixture is asked first. */
  | { readonly type: 'label-queued'; readonly fixture: number; readonly after: number }
  /** A scanned label is the unit's from now on; for `correctableMs` nothing is done to the unit. */
  | {
      readonly type: 'label-given';
      readonly fixture: number;
      readonly label: string;
      readonly correctableMs: number;
    }
  | { readonly type: 'label-taken-back'; readonly fixture: number; readonly label: string }
  | { readonly type: 'unit-identified'; readonly fixture: number; readonly unit: UnitIdentity }
  | { readonly type: 'run-started'; readonly fixture: number; readonly run: RunHeader; readonly stepCount: number }
  | {
      readonly type: 'step-started';
      readonly fixture: number;
      readonly runId: string;
      readonly stepId: string;
      readonly kind: string;
      readonly phase: StepPhase;
      readonly attempt: number;
      /** Zero-based place in the recipe's list. */
      readonly index: number;
      /** Median time of this step in earlier runs, when known. */
      readonly usualMs?: number;
    }
  | {
      readonly type: 'step-progressed';
      readonly fixture: number;
      readonly runId: string;
      readonly stepId: string;
      /** What is being done: `erase system-part1`. */
      readonly stage: string;
      readonly done: number;
      readonly total: number;
    }
  | { readonly type: 'serial-seen'; readonly fixture: number; readonly runId: string; readonly text: string }
  | { readonly type: 'step-finished'; readonly fixture: number; readonly runId: string; readonly step: StepRecord }
  | { readonly type: 'verdict-reached'; readonly fixture: number; readonly runId: string }
  /** A unit on hold was judged again: something has become known since its last run. The operator is told where it goes. */
  | {
      readonly type: 'verdict-revised';
      readonly fixture: number;
      readonly runId: string;
      readonly unit: UnitIdentity;
      readonly verdict: Verdict;
      readonly before: Pick<Verdict, 'disposition' | 'rule'>;
    }
  /** The run is durably on disk: the only event that may turn a light green. */
  | {
      readonly type: 'run-recorded';
      readonly fixture: number;
      readonly run: RunRecord;
      /** Its place in the record. */
      readonly place: number;
    }
  | { readonly type: 'unit-removed'; readonly fixture: number; readonly unit: UnitIdentity | null }
  | { readonly type: 'fixture-stopped'; readonly fixture: number; readonly rule: string; readonly reason: string }
  | {
      readonly type: 'cable-worn';
      readonly fixture: number;
      readonly cable: string | null;
      readonly cycles: number;
      readonly ratedCycles: number;
    }
  | { readonly type: 'fixture-released'; readonly fixture: number; readonly by: string; readonly cause: string };

export type StationEvent = EventStamp &
  (
    | FixtureEvent
    | {
        readonly type: 'batch-opened';
        readonly batch: string;
        readonly targetCount: number | null;
        readonly fixtureNumbers: readonly number[];
        readonly product: string;
      }
    /** No run begins any more; the running ones finish. */
    | { readonly type: 'batch-ending'; readonly batch: string }
    | { readonly type: 'batch-closed'; readonly batch: string; readonly waiting?: readonly HeldUnit[] }
    /** Units on hold, in rework or proposed for scrap that this station knows of, oldest first. */
    | { readonly type: 'held-units-changed'; readonly units: readonly HeldUnit[] }
    | { readonly type: 'unknown-device-attached'; readonly portPath: string; readonly usb: string }
    | {
        readonly type: 'prompt-opened';
        readonly promptId: string;
        readonly fixture: number;
        readonly question: string;
        readonly choices: readonly string[];
        /** Those of the choices with which the step passes. */
        readonly passing?: readonly string[];
        readonly expiresInMs: number | null;
      }
    | { readonly type: 'prompt-closed'; readonly promptId: string; readonly answer: string | null }
    | { readonly type: 'unit-put-away'; readonly runId: string; readonly by: string | null }
    /** `missing` is null when the decision stands, else what it still waits for, in words. */
    | {
        readonly type: 'scrap-signed';
        readonly runId: string;
        readonly by: string;
        readonly missing: string | null;
      }
    | { readonly type: 'operator-changed'; readonly operator: string | null }
    | { readonly type: 'scan-refused'; readonly text: string; readonly reason: string }
    /** A label was scanned before its unit was put in: it is the next unit's, or the next one's in that fixture. */
    | {
        readonly type: 'label-kept';
        readonly label: string;
        readonly fixture: number | null;
        readonly expiresInMs: number;
      }
    /** That label is given up. `in-doubt`: a unit showed itself so soon that it was put in before the scan. */
    | {
        readonly type: 'label-dropped';
        readonly label: string;
        readonly reason: 'expired' | 'taken-back' | 'in-doubt' | 'used-elsewhere';
      }
    | {
        readonly type: 'station-fault-raised';
        readonly faultId: string;
        readonly code: string;
        readonly message: string;
        readonly hint: string;
        readonly fixture: number | null;
      }
    | { readonly type: 'station-fault-cleared'; readonly faultId: string }
    | { readonly type: 'challenge-due'; readonly fixture: number; readonly missing: readonly string[] }
  );

/** An event as it is emitted, before the station stamps it. */
export type UnstampedEvent = StationEvent extends infer Event
  ? Event extends StationEvent
    ? Omit<Event, keyof EventStamp>
    : never
  : never;
