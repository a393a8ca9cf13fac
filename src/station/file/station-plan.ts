// A station file as data: which fixtures there are, what hangs on each, and what the station may decide by itself.
import type { PortPath } from '../../equipment/usb.ts';
import type { Policy } from '../../verdict/policy/policy.ts';
import type { FixturePlace } from '../interface/contracts.ts';

export const stationModes = ['development', 'production'] as const;

/** In `production` only signed recipes run, and every image is pinned by its SHA-256. */
type StationMode = (typeof stationModes)[number];

export const probeKinds = ['st-link', 'cmsis-dap', 'ftdi', 'j-link', 'virtual', 'virtual-jtag'] as const;

type ProbeKind = (typeof probeKinds)[number];

/** A debug probe, told from others of its kind by its serial number or by the USB port it is plugged into. */
export interface ProbePlan {
  readonly kind: ProbeKind;
  readonly serialNumber: string | null;
  readonly usb: PortPath | null;
}

/** How a fixture's power is switched: a port of a hub that can, or a person who is asked to re-plug the unit. */
type PowerPlan = { readonly by: 'hub'; readonly hub: PortPath; readonly port: number } | { readonly by: 'operator' };

export interface FixturePlan extends FixturePlace {
  readonly power: PowerPlan;
  readonly probe: ProbePlan | null;
  /** Open only while a recipe runs that uses a debug probe. */
  readonly isReworkBench: boolean;
}

/** A loaded station file. Folders are absolute. */
export interface StationPlan {
  readonly file: string;
  readonly sha256: string;
  readonly name: string;
  readonly mode: StationMode;
  readonly bench: 'real' | 'virtual';
  /** By number, ascending; at least one. */
  readonly fixtures: readonly FixturePlan[];
  /** Runs at once; null for as many as there are fixtures. */
  readonly concurrency: number | null;
  /** Where the record is kept. */
  readonly recordFolder: string;
  /** A folder elsewhere that gets every signed head of the record; null for none. */
  readonly headsFolder: string | null;
  readonly reportsFolder: string;
  /** Searched for images after the recipe's own folder. */
  readonly firmwareFolder: string;
  /** Public keys that may sign recipes, as the record's keyring file; null when no recipe can be trusted by signature. */
  readonly keyringFile: string | null;
  readonly policy: Policy;
  /** Programs that exec steps may run: path by SHA-256. Empty: none. */
  readonly programs: ReadonlyMap<string, string>;
}
