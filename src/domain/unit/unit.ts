// Who a unit is: everything that identifies it, each from its own source.

/** Identities of one unit; what is not known yet is left out. */
export interface UnitIdentity {
  /** Scanned or typed by the operator. */
  readonly label?: string;
  /** The microcontroller's own id, 24 lower-case hex digits on a Photon. */
  readonly deviceId?: string;
  readonly macAddress?: string;
  /** SHA-256 of the public key in the DCT: tells units apart where the bootloader has no id of its own. */
  readonly keyHash?: string;
  /** Serial string of the USB descriptor: proves nothing before bootloader 0.6.0. */
  readonly usbSerial?: string;
  readonly part?: string;
  readonly revision?: string;
}

/** What a unit is used for: production counts; the others prove the tester and stay out of every yield. */
export type UnitPurpose = 'production' | 'golden' | 'known-bad' | 'grr' | 'engineering';

/** How a unit is called on screens and pages: label, else device id, else the USB serial, else a dash. */
export function formatUnitName(unit: UnitIdentity): string {
  return unit.label ?? unit.deviceId ?? unit.usbSerial ?? '–';
}
