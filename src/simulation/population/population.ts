// The population: how often what is wrong on a line, each rate with where it comes from. Nothing here is tuned to the rules.
//
// Sources. R20: reliability target R20 (unit 3 %, fixture 1 %, station 0.2 %, transient 2 %, USB 1 %, kill 1e-4).
// 4.4: practice sheet, stop rules and mating cycles. 6.4: practice sheet, likelihoods. G: photon-dfu.md, symptoms.
// HEP: human error probabilities of simple and routine tasks, 0.003 to 0.03 (Swain and Guttmann, NUREG/CR-1278).
// Assumed: no figure is published; the split follows how often the symptom is described in public threads.
import type { ConditionName } from './conditions.ts';

/** A defect of a unit: its share of all units, and whether rework at the SWD bench can cure it. */
export interface DefectRate {
  readonly fault: ConditionName;
  /** Share of all units, 0 to 1. */
  readonly share: number;
  readonly isCurable: boolean;
}

/** Units that fail every run on a sound fixture: 2.7 % of all (R20: 3 % with the intermittent ones), split as assumed. */
export const hardDefects: readonly DefectRate[] = [
  // Flash that does not erase or hold: the founding thread, G7, G23, G28, G30.
  { fault: 'dead-sector', share: 0.004, isCurable: false },
  { fault: 'stuck-bits', share: 0.002, isCurable: false },
  { fault: 'erase-silence', share: 0.002, isCurable: false },
  { fault: 'lying-status', share: 0.003, isCurable: false },
  { fault: 'old-bootloader', share: 0.001, isCurable: false },
  { fault: 'write-protection-stuck', share: 0.001, isCurable: true },
  // Bootloaders from before production: G6 and section 0.
  { fault: 'foreign-bootloader-dead-flash', share: 0.0005, isCurable: false },
  { fault: 'foreign-bootloader-protected', share: 0.0015, isCurable: true },
  { fault: 'foreign-bootloader-stale-flags', share: 0.001, isCurable: true },
  { fault: 'safe-mode', share: 0.001, isCurable: true },
  // Dead or half-dead on USB: G4, G22, G24, G26.
  { fault: 'vanish-at-block', share: 0.002, isCurable: false },
  { fault: 'hang', share: 0.002, isCurable: false },
  { fault: 'garbage-status', share: 0.0005, isCurable: false },
  { fault: 'read-back-fails', share: 0.0005, isCurable: false },
  // Programmed well and does not work: G28, G40.
  { fault: 'stays-in-dfu', share: 0.001, isCurable: true },
  { fault: 'serial-silent', share: 0.002, isCurable: false },
  { fault: 'serial-garbled', share: 0.001, isCurable: false },
  { fault: 'wrong-version', share: 0.0005, isCurable: true },
  { fault: 'wrong-product', share: 0.0005, isCurable: false },
];

/** Units that fail some of their runs, wherever they are: 0.3 % of all (assumed; together with the above R20's 3 %). */
export const intermittentDefects = {
  /** Cells that lose their bits now and then (G30); contacts that open (G22). */
  kinds: [
    { fault: 'lying-status', share: 0.0015 },
    { fault: 'unplug-in-flash', share: 0.0015 },
  ] as const satisfies readonly { readonly fault: ConditionName; readonly share: number }[],
  /** Chance to fail a run: drawn per unit, evenly between these. */
  failLow: 0.1,
  failHigh: 0.9,
} as const;

/** Good units that are not all alike, as shares of the good ones (assumed): old stock, blank boards, slow or hasty ones. */
export const goodVariety = [
  { fault: 'stale-bootloader', share: 0.1 },
  { fault: 'duplicate-serial', share: 0.02 },
  { fault: 'blank', share: 0.05 },
  { fault: 'write-protected-sector', share: 0.005 },
  { fault: 'benign-early-leave', share: 0.01 },
  { fault: 'slow-erase', share: 0.002 },
] as const satisfies readonly { readonly fault: ConditionName; readonly share: number }[];

/** One-off trouble that fails a run of a good unit on a sound fixture. */
export const oneOffFailures = {
  /** R20 and 6.4: transient 2 %. */
  share: 0.02,
  /** What it looks like (assumed): mostly the link, sometimes the serial answer, now and then flash (supply noise, G30). */
  faces: [
    { fault: 'unplug-in-flash', share: 0.4 },
    { fault: 'hang', share: 0.1 },
    { fault: 'serial-silent', share: 0.15 },
    { fault: 'serial-cut', share: 0.15 },
    { fault: 'serial-garbled', share: 0.1 },
    { fault: 'dead-sector', share: 0.05 },
    { fault: 'lying-status', share: 0.05 },
  ] as const satisfies readonly { readonly fault: ConditionName; readonly share: number }[],
  /** R20: USB 1 %: the link is lost for a moment while flashing; the recipe's own retry heals it. */
  usbFlakeShare: 0.01,
} as const;

/** Fixtures and their cables. */
export const fixtureFaultRates = {
  /** 4.4: a USB-A plug lasts about 1,500 plug-ins; at about 17 runs until it is stopped that is R20's 1 % of runs. */
  breaksPerPlugIn: 1 / 1500,
  /** Share of good units that a bad fixture fails: 4.4 calculates with 0.3, 6.4 with 0.6; now and then it is dead. */
  failShares: [
    { value: 0.3, share: 0.6 },
    { value: 0.6, share: 0.3 },
    { value: 1, share: 0.1 },
  ],
  /** Where the trouble sits (assumed): a new cable cures it, or only the port behind it. */
  portShare: 0.15,
  faces: [
    { fault: 'unplug-in-flash', share: 0.8 },
    { fault: 'hang', share: 0.1 },
    { fault: 'serial-silent', share: 0.1 },
  ] as const satisfies readonly { readonly fault: ConditionName; readonly share: number }[],
} as const;

/** The station, its host and its hubs. */
export const stationFaultRates = {
  /** R20: 0.2 % of runs end by the station's own error (a port held, an access refused). */
  hostErrorShare: 0.002,
  /** Hub resets per run (assumed: one in 2,000 runs, a few in a shift); drops half of the fixtures for a third of a second. */
  hubResetsPerRun: 1 / 2000,
  hubDropMs: 300,
  /** Of those, how many last longer than any retry (assumed). */
  longDropShare: 0.3,
  longDropMs: 20_000,
  /** R20: the program is killed in one of 10,000 runs. */
  killsPerRun: 1e-4,
  restartMs: 20_000,
} as const;

/** People (HEP). Shares of the occasions on which they happen. */
export const humanFactors = {
  /** A unit to be retested is put into another fixture than told. */
  wrongFixtureShare: 0.01,
  /** An instruction is ignored and the unit put back where it failed. */
  instructionIgnoredShare: 0.005,
  /** A unit that is to go to a bin is run once more instead. */
  onceMoreShare: 0.003,
  /** The label of another unit is scanned. */
  labelMixedUpShare: 0.0005,
  /** A unit is pulled out while it runs. */
  pulledOutShare: 0.001,
  /** Seconds to lift a unit and put in the next, evenly between these. */
  handLowMs: 4_000,
  handHighMs: 10_000,
  /** Until a technician is at a stopped fixture, and with how many minutes' work done. */
  technicianMs: 600_000,
  /** How often engineers and the rework bench go through what waits for them. */
  deskMs: 2 * 3_600_000,
} as const;

/** What the rework bench can tell and cure. */
export const reworkRates = {
  /** Chance that SWD shows flash defects for what they are, twice at the same place. */
  probeFindsShare: 0.95,
  /** Chance that an intermittent flash defect shows itself over SWD. */
  probeFindsIntermittentShare: 0.8,
} as const;
