// Published releases of the Photon's system: which module version is which release, and which bootloader goes with it.

export interface SystemRelease {
  readonly name: string;
  /** Version of system parts 1 and 2. */
  readonly moduleVersion: number;
  readonly bootloaderVersion: number;
  /** Least bootloader that part 2 asks for; undefined before 0.8.0. */
  readonly requiredBootloader?: number;
}

/** Oldest first. */
export const systemReleases: readonly SystemRelease[] = [
  { name: '0.4.0', moduleVersion: 0, bootloaderVersion: 2 },
  { name: '0.4.1', moduleVersion: 1, bootloaderVersion: 2 },
  { name: '0.4.2', moduleVersion: 2, bootloaderVersion: 3 },
  { name: '0.4.3', moduleVersion: 3, bootloaderVersion: 3 },
  { name: '0.4.4', moduleVersion: 5, bootloaderVersion: 3 },
  { name: '0.4.5', moduleVersion: 6, bootloaderVersion: 4 },
  { name: '0.4.6', moduleVersion: 7, bootloaderVersion: 5 },
  { name: '0.4.7', moduleVersion: 8, bootloaderVersion: 6 },
  { name: '0.4.8-rc.1', moduleVersion: 9, bootloaderVersion: 6 },
  { name: '0.4.9', moduleVersion: 11, bootloaderVersion: 7 },
  { name: '0.5.0', moduleVersion: 13, bootloaderVersion: 7 },
  { name: '0.5.2', moduleVersion: 17, bootloaderVersion: 7 },
  { name: '0.5.3', moduleVersion: 21, bootloaderVersion: 7 },
  { name: '0.6.0', moduleVersion: 102, bootloaderVersion: 8 },
  { name: '0.6.1', moduleVersion: 105, bootloaderVersion: 11 },
  { name: '0.6.2', moduleVersion: 108, bootloaderVersion: 11 },
  { name: '0.6.3', moduleVersion: 109, bootloaderVersion: 11 },
  { name: '0.7.0', moduleVersion: 207, bootloaderVersion: 101 },
  { name: '0.8.0-rc.1', moduleVersion: 300, bootloaderVersion: 200, requiredBootloader: 101 },
  { name: '0.8.0-rc.4', moduleVersion: 303, bootloaderVersion: 201, requiredBootloader: 201 },
  { name: '1.0.0', moduleVersion: 1000, bootloaderVersion: 201, requiredBootloader: 201 },
  { name: '1.0.1', moduleVersion: 1002, bootloaderVersion: 201, requiredBootloader: 201 },
  { name: '1.1.0', moduleVersion: 1102, bootloaderVersion: 301, requiredBootloader: 201 },
  { name: '1.2.1', moduleVersion: 1213, bootloaderVersion: 311, requiredBootloader: 311 },
  { name: '1.3.1', moduleVersion: 1321, bootloaderVersion: 401, requiredBootloader: 400 },
  { name: '1.4.0', moduleVersion: 1401, bootloaderVersion: 500, requiredBootloader: 400 },
  { name: '1.4.4', moduleVersion: 1406, bootloaderVersion: 501, requiredBootloader: 400 },
  { name: '1.5.0', moduleVersion: 1502, bootloaderVersion: 501, requiredBootloader: 400 },
  { name: '1.5.2', moduleVersion: 1512, bootloaderVersion: 502, requiredBootloader: 400 },
  { name: '2.0.0', moduleVersion: 2008, bootloaderVersion: 1003, requiredBootloader: 1003 },
  { name: '2.0.1', moduleVersion: 2011, bootloaderVersion: 1005, requiredBootloader: 1003 },
  { name: '2.1.0', moduleVersion: 2101, bootloaderVersion: 1005, requiredBootloader: 1003 },
  { name: '2.2.0', moduleVersion: 2202, bootloaderVersion: 1006, requiredBootloader: 1003 },
  { name: '2.3.0', moduleVersion: 2301, bootloaderVersion: 1006, requiredBootloader: 1003 },
  { name: '2.3.1', moduleVersion: 2302, bootloaderVersion: 1006, requiredBootloader: 1003 },
];

/** The release of that name; throws RangeError when it is not in the table. */
export function findSystemRelease(name: string): SystemRelease {
  const release = systemReleases.find((one) => one.name === name);
  if (!release) throw new RangeError(`no release ${name}; known: ${systemReleases.map((one) => one.name).join(', ')}`);
  return release;
}

/** The newest release whose module version is not above the given one. */
export function findReleaseByModule(moduleVersion: number): SystemRelease {
  return systemReleases.findLast((one) => one.moduleVersion <= moduleVersion) ?? systemReleases[0]!;
}
