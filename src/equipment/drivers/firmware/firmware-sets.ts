// Which published npm package holds which vendor images, and the SHA-256 that each must have.

/** One image inside a package. */
export interface PackagedImage {
  /** Name in the firmware store, as recipes write it. */
  readonly file: string;
  /** Path inside the package's archive. */
  readonly path: string;
  readonly sha256: string;
}

/** Images of one product and release. */
export interface FirmwareSet {
  /** `photon-2.3.1`: as written in recipes and on the command line. */
  readonly name: string;
  /** npm package with its exact version. */
  readonly package: string;
  readonly images: readonly PackagedImage[];
}

const CLI_390 = 'particle-cli@3.9.0';
const CLI_116 = 'particle-cli@1.16.0';

/** Every set that can be fetched. The images are the vendor's and are never committed. */
export const firmwareSets: readonly FirmwareSet[] = [
  {
    name: 'photon-2.3.1',
    package: CLI_390,
    images: [
      buildPackagedImage('assets/updates', 'photon-bootloader@2.3.1+lto.bin', 'f6efd97c1b3e3c417a606a9b215c29a08cca49b07e524c2a3f8ea92b9d89b241'),
      buildPackagedImage('assets/updates', 'photon-system-part1@2.3.1.bin', 'cf215e3564aa4e40ff12e73ba10a6092717984bacc87cfea3f5c6c15a19aadea'),
      buildPackagedImage('assets/updates', 'photon-system-part2@2.3.1.bin', 'b7d6965a357a5919e37bda6e031aef2f9a6dcfc583a8dbc928843a518cef6324'),
      buildPackagedImage('assets/knownApps/photon/tinker', 'tinker-0.4.5-photon.bin', '4122f115129c3565f6a56a0625beb15fcb366200e797160ae334776eecf7013f'),
    ],
  },
  {
    name: 'photon-0.5.2',
    package: CLI_116,
    images: [
      buildPackagedImage('updates', 'system-part1-0.5.2-photon.bin', '45d78ddd46399d5807065efedfdb56894c9ac732b9bf8abdbdeb47e1118e1ac9'),
      buildPackagedImage('updates', 'system-part2-0.5.2-photon.bin', '129687b936769329b71be58922eda10dafed663ff458798ab4dcc7ad84f373de'),
      buildPackagedImage('binaries', 'photon_tinker.bin', 'cd4241ffdf536e0d78ee6d18b54777eda24de5e72f6d8ca0ec000df94ca85555'),
    ],
  },
  {
    name: 'p1-2.3.1',
    package: CLI_390,
    images: [
      buildPackagedImage('assets/updates', 'p1-bootloader@2.3.1+lto.bin', '4d202d69c64f038e3b91bb98d88029d79efc9c8318d1238ece9bd2f6dafd70bd'),
      buildPackagedImage('assets/updates', 'p1-system-part1@2.3.1.bin', '259ad960ad567ea14ce27e8aed2a2f173535495d48bcf86ddec37a482423e4cc'),
      buildPackagedImage('assets/updates', 'p1-system-part2@2.3.1.bin', '816c57f7eb3d0c683afe99fabdf62b0691f117f38a77477af2f5e1e7399b2e33'),
      buildPackagedImage('assets/knownApps/p1/tinker', 'tinker-0.4.5-p1.bin', 'e4f6a51fb68407c39d535153d279ffa9a5ca09b9ee2dd2007d5c6469feff12f0'),
    ],
  },
  {
    name: 'p1-0.5.2',
    package: CLI_116,
    images: [
      buildPackagedImage('updates', 'system-part1-0.5.2-p1.bin', 'a1b37250985090361a8b96a3c025c49685e7980d548ec670e4b0da9ac004eae6'),
      buildPackagedImage('updates', 'system-part2-0.5.2-p1.bin', 'ecb7e896317415db28bd4a07012225e66a6b74c39e0e9876e837a613b220f059'),
      buildPackagedImage('binaries', 'p1_tinker.bin', '39aa2c8fd51f0b6a294c152e799098472f7d0bc7568f65418f3039b295c717d3'),
    ],
  },
]; // biome-ignore format: one table

function buildPackagedImage(folder: string, file: string, sha256: string): PackagedImage {
  return { file, path: `package/${folder}/${file}`, sha256 };
}
