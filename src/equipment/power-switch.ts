// The contract of a power switch for one fixture. Bodies: equipment/drivers/hub-power, bench, and a person asked to re-plug.

export interface PowerSwitch {
  /** For people: `hub 1-4 port 3`, `the operator`. */
  readonly name: string;
  /** Throws StationError when the switch itself fails. */
  turnOff(): Promise<void>;
  turnOn(): Promise<void>;
}
