// A whole station in the guest with the real drivers, and its recipes; its operator takes units out when told.
import { createRealEquipment } from '../../../../src/cli/session/real-equipment.ts';
import type { PortPath } from '../../../../src/equipment/usb.ts';
import { benchPower, unplug } from './guest-bench.ts';
import { clock } from './guest-unit.ts';
import { runOneUnitEach, type UnitsDone } from './one-unit-each.ts';

/** Release 0.5.3 over whatever is there; the images are the virtual bench's own. */
export const PHOTON_RECIPE = `
flashline: 1
product: Particle Photon
part: PHOTONH
recipe: photon-guest
revision: A
unit:
  dfu: { usb: 2b04:d006, foreign: 1d50:607f }
  serial: { usb: 2b04:c006 }
images:
  system-part1: { file: 'synthetic:photon-system-part1@0.5.3', address: 0x08020000 }
  system-part2: { file: 'synthetic:photon-system-part2@0.5.3', address: 0x08060000 }
  tinker: { file: 'synthetic:photon-tinker@0.5.3', address: 0x080A0000 }
setup:
  - enter-dfu: { touch: 14400 Bd, within: 40 s }
steps:
  - bootloader-check: { at least: '7' }
  - dfu-flash: { images: [system-part1, system-part2, tinker], start within: 60 s }
  - serial-verify:
      listen: 28800 Bd
      ask:
        - { send: i, within: 20 s, expect: 'Your device id is (?<deviceId>[0-9a-f]{24})', same as: device id }
        - { send: v, within: 20 s, expect: 'system firmware version: (?<version>\\S+)', equals: { version: '0.5.3' } }
        - { send: s, within: 20 s, modules: all valid }
    retry: { times: 2 } # a processor that others use as well can hold an answer up for longer than the quiet that ends one
teardown:
  - power-off
`;

/** The smallest image, and a look at who comes back. */
export const SWAP_RECIPE = `
flashline: 1
product: Particle Photon
part: PHOTONH
recipe: photon-swap
revision: A
unit:
  dfu: { usb: 2b04:d006 }
  serial: { usb: 2b04:c006 }
images:
  tinker: { file: 'synthetic:photon-tinker@2.3.1', address: 0x080A0000 }
setup:
  - enter-dfu: { touch: 14400 Bd, within: 40 s }
steps:
  - dfu-flash: { images: [tinker], start within: 60 s }
  - serial-verify:
      listen: 28800 Bd
      ask:
        - { send: i, within: 20 s, expect: 'Your device id is (?<deviceId>[0-9a-f]{24})', same as: device id }
teardown:
  - power-off
`;

/** Only the smallest image, into units that are in DFU mode already. */
export const SHORT_RECIPE = `
flashline: 1
product: Particle Photon
part: PHOTONH
recipe: photon-short
revision: A
unit:
  dfu: { usb: 2b04:d006 }
images:
  tinker: { file: 'synthetic:photon-tinker@2.3.1', address: 0x080A0000 }
setup:
  - enter-dfu: { by: wait, within: 60 s }
steps:
  - dfu-flash: { images: [tinker], leave: false }
teardown:
  - power-off
`;

/**
 * Runs one unit in each fixture, which number from 1 in the order of the ports. `look` is called when a run is recorded,
 * before the unit is taken out.
 */
export function runStation(
  name: string,
  recipeText: string,
  ports: readonly PortPath[],
  look: (port: PortPath) => Promise<void> = async () => undefined,
): Promise<UnitsDone> {
  return runOneUnitEach({
    ...{ name, recipeText, ports },
    equip: (plan) => ({ ...createRealEquipment(plan, clock), powerFor: (fixture) => benchPower(ports[fixture - 1]!) }),
    onRecorded: async (port) => {
      await look(port);
      await unplug(port);
    },
  });
}
