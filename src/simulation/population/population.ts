// What a population is: how often what is wrong on a line, as data. The shipped one and others stand in `populations/`.
import type { FigureGoals } from '../figures/figures.ts';
import type { ConditionName } from './conditions.ts';

/** The probability of a unit to fail one run: one value, any of several, or drawn between two bounds. */
export type FailShares =
  | { readonly values: readonly number[] }
  | { readonly from: number; readonly to: number; readonly spread: 'even' | 'log' };

/** One of the faces that trouble shows, and how often, among the others or among all units. */
export interface FaceShare {
  readonly fault: ConditionName;
  readonly share: number;
}

/** A defect of units: how many have it, how they fail, and which of a lot can have it at all. */
export interface DefectRate extends FaceShare {
  readonly isCurable: boolean;
  readonly failShares: FailShares;
  /** False for what the recipe cannot see; a kind of step for what only a recipe with such a step sees. */
  readonly coveredBy: boolean | string;
  /** Which units of a lot: by number from 1, by position in a panel of so many, by lot of so many. Null for all. */
  readonly units: { readonly from: number; readonly to: number } | null;
  readonly panel: { readonly position: number; readonly of: number } | null;
  readonly lots: { readonly position: number; readonly of: number } | null;
}

/**
 * A part of every day (or any other period) in which something happens more or less often. Time is counted in plug-ins at
 * each fixture: 300 of them are a shift of 450 minutes.
 */
export interface TimeWindow {
  readonly every: number;
  readonly from: number;
  readonly to: number;
  readonly times: number;
}

/** Trouble of fixtures beyond cables that break: a hub, a rail, a host that several share, a cable that wears slowly. */
export interface FixtureTrouble {
  readonly fixtures: readonly number[];
  /** Share of runs that fail: from the first, over so many plug-ins at each fixture, to the second. */
  readonly failFrom: number;
  readonly failTo: number;
  readonly overPlugIns: number;
  readonly faces: readonly FaceShare[];
  /** Sector in which trouble with flash shows; null for any. */
  readonly sector: number | null;
  readonly curedBy: 'cable' | 'port' | 'nothing';
  /** Only units of these varieties; empty for all. */
  readonly onlyFor: readonly ConditionName[];
  readonly window: TimeWindow | null;
}

/** A golden or known-bad unit that is another after so many of its runs. */
export interface ReferenceChange {
  readonly unit: string;
  readonly afterRuns: number;
  readonly becomes: ConditionName;
  readonly failShare: number;
}

export interface Population {
  readonly name: string;
  readonly title: string;
  /** Where its rates come from, and what it is there to show. */
  readonly because: string;
  readonly unitsPerLot: number;
  /** Units that the table of all populations presents. */
  readonly sampleUnits: number;
  /** What is asked of the rules on this population; never taken from the one it is like. */
  readonly goals: FigureGoals;
  /** How many of the station's fixtures work; null for all. */
  readonly fixtureCount: number | null;
  readonly defects: readonly DefectRate[];
  /** When units that fail some of their runs do so more often. */
  readonly intermittentWindow: TimeWindow | null;
  readonly variety: readonly FaceShare[];
  readonly oneOffs: {
    readonly share: number;
    readonly faces: readonly FaceShare[];
    readonly usbFlakeShare: number;
    readonly window: TimeWindow | null;
  };
  readonly cables: {
    readonly breaksPerPlugIn: number;
    readonly failShares: readonly { readonly value: number; readonly share: number }[];
    readonly portShare: number;
    readonly faces: readonly FaceShare[];
  };
  readonly fixtureTroubles: readonly FixtureTrouble[];
  readonly station: {
    readonly hostErrorShare: number;
    readonly hubResetsPerRun: number;
    readonly hubCount: number;
    readonly hubDropMs: number;
    readonly longDropShare: number;
    readonly longDropMs: number;
    readonly killsPerRun: number;
    readonly restartMs: number;
    /** Steps take so many times as long. */
    readonly slowness: number;
  };
  readonly people: {
    readonly wrongFixtureShare: number;
    readonly instructionIgnoredShare: number;
    readonly onceMoreShare: number;
    readonly labelMixedUpShare: number;
    readonly pulledOutShare: number;
    readonly wrongBinShare: number;
    readonly referenceIgnoredShare: number;
    readonly handLowMs: number;
    readonly handHighMs: number;
    readonly technicianMs: number;
    readonly deskMs: number;
    /** So many units in the bins and the engineers are called; the board shows the number. */
    readonly calledAtUnits: number;
  };
  readonly rework: {
    readonly probeFindsShare: number;
    readonly probeFindsIntermittentShare: number;
    readonly probeAccusesGoodShare: number;
    readonly curesShare: number;
    readonly spoilsShare: number;
  };
  readonly references: readonly ReferenceChange[];
  readonly identities: {
    readonly duplicateDeviceIdShare: number;
    readonly duplicateLabelShare: number;
  };
}
