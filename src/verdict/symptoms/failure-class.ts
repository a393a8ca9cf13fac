// The failure classes of the trade: what was seen, before anybody says why.

/** Codes go into records: append, never rename. */
export const failureClasses = {
  F1: 'did not appear on the bus in time',
  F2: 'appeared, but as the wrong product or with the wrong bootloader',
  F3: 'left the bus, or fell silent, in the middle',
  F4: 'stopped answering while flash was erased or written',
  F5: 'refused a request',
  F6: 'reported an error of its flash or of its protection',
  F7: 'reads back differently from what was written',
  F8: 'did not start, or said nothing, after a good read-back',
  F9: 'answered with garbage on the serial port',
  F10: 'answered readably, but wrongly',
  F11: 'measured outside a limit',
  F12: 'trouble of the station, its host or its people',
  F13: 'identity in doubt',
} as const satisfies Record<string, string>;

export type FailureClass = keyof typeof failureClasses;
