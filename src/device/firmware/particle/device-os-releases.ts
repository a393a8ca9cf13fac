// Which bootloader came with which Device OS release, and which one a release asks for (Photon and P1).

/** One release. `requiredBootloader` is what part 2 asks for; the header inside the file is the truth, this is its memory. */
export interface DeviceOsRelease {
  readonly release: string;
  readonly systemModule: number;
  readonly bootloader: number;
  readonly requiredBootloader: number | null;
}

/** Oldest first (device-os system/system-versions.md, bootloader/import.mk, per tag). */
export const deviceOsReleases: readonly DeviceOsRelease[] = (
  [
    ['0.4.0', 0, 2, null],
    ['0.4.1', 1, 2, null],
    ['0.4.2', 2, 3, null],
    ['0.4.4', 5, 3, null],
    ['0.4.5', 6, 4, null],
    ['0.4.6', 7, 5, null],
    ['0.4.7', 8, 6, null],
    ['0.4.8-rc.1', 9, 6, null],
    ['0.4.9', 11, 7, null],
    ['0.5.0', 13, 7, null],
    ['0.5.2', 17, 7, null],
    ['0.5.3', 21, 7, null],
    ['0.6.0', 102, 8, null],
    ['0.6.1', 105, 11, null],
    ['0.6.2', 108, 11, null],
    ['0.6.3', 109, 11, null],
    ['0.7.0', 207, 101, null],
    ['0.8.0-rc.1', 300, 200, 101],
    ['0.8.0-rc.4', 303, 201, 201],
    ['1.0.0', 1000, 201, 201],
    ['1.0.1', 1002, 201, 201],
    ['1.1.0', 1102, 301, 201],
    ['1.2.1', 1213, 311, 311],
    ['1.3.1', 1321, 401, 400],
    ['1.4.0', 1401, 500, 400],
    ['1.4.4', 1406, 501, 400],
    ['1.5.0', 1502, 501, 400],
    ['1.5.2', 1512, 502, 400],
    ['2.0.0', 2008, 1003, 1003],
    ['2.0.1', 2011, 1005, 1003],
    ['2.1.0', 2101, 1005, 1003],
    ['2.2.0', 2202, 1006, 1003],
    ['2.3.0', 2301, 1006, 1003],
    ['2.3.1', 2302, 1006, 1003],
  ] as const
).map(([release, systemModule, bootloader, requiredBootloader]) => ({
  release,
  systemModule,
  bootloader,
  requiredBootloader,
}));

/** First and last release that shipped this bootloader: `0.4.9 to 0.5.3`; undefined when it is not known. */
export function findBootloaderReleases(moduleVersion: number): string | undefined {
  const releases = deviceOsReleases.filter((row) => row.bootloader === moduleVersion).map((row) => row.release);
  if (releases.length === 0) return undefined;
  return releases.length === 1 ? releases[0] : `${releases[0]} to ${releases.at(-1)}`;
}

/** The release whose system parts have this module version; undefined when it is not known. */
export function findSystemModuleRelease(moduleVersion: number): string | undefined {
  return deviceOsReleases.find((row) => row.systemModule === moduleVersion)?.release;
}
