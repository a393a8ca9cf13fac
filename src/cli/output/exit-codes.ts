// What the shell is told: one table, printed by `flashline help exit-codes` and the README.

export const exitCodes = {
  ok: 0,
  unitFailed: 1,
  usage: 2,
  station: 3,
  interrupted: 130,
  terminated: 143,
} as const;

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

/** Meaning of each code, for people. */
export const exitCodeTexts: readonly (readonly [ExitCode, string])[] = [
  [exitCodes.ok, 'done; every unit passed'],
  [exitCodes.unitFailed, 'done; at least one unit did not pass'],
  [exitCodes.usage, 'a recipe, a file or an argument is wrong; nothing was done'],
  [exitCodes.station, 'the station is in trouble: equipment, disk, permissions'],
  [exitCodes.interrupted, 'ended by Ctrl-C'],
  [exitCodes.terminated, 'ended by a termination signal'],
];
