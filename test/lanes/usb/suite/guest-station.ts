// A whole station in the guest: recipe, record, verdicts, and the real drivers; its operator takes units out when told.
import { mkdtempSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { seededRandom } from '../../../../src/base/random.ts';
import { assemble } from '../../../../src/cli/compose.ts';
import { realEquipment } from '../../../../src/cli/real-equipment.ts';
import { recipeSurroundings } from '../../../../src/cli/recipes.ts';
import type { PortPath } from '../../../../src/equipment/usb.ts';
import type { RunRecord } from '../../../../src/model/run.ts';
import { loadRecipe } from '../../../../src/recipe/load-recipe.ts';
import type { Station } from '../../../../src/station/contracts.ts';
import { loadStation } from '../../../../src/station/load-station.ts';
import { benchPower, unplug } from './guest-bench.ts';
import { clock } from './guest-unit.ts';

const SHIFT_LIMIT_MS = 240_000;

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
 * Runs one unit in each fixture, which number from 1 in the order of the ports, and gives their first runs by port.
 * `look` is called when a run is recorded, before the unit is taken out.
 */
export async function runStation(
  name: string,
  recipeText: string,
  ports: readonly PortPath[],
  look: (port: PortPath) => Promise<void> = async () => undefined,
): Promise<ReadonlyMap<PortPath, RunRecord>> {
  const folder = mkdtempSync(`/tmp/${name}-`);
  const fixtures = ports.map((port, at) => `  - { number: ${at + 1}, port: ${port} }`).join('\n');
  writeFileSync(join(folder, 'station.yaml'), `flashline: 1\nstation: ${name}\nbench: real\nfixtures:\n${fixtures}\n`);
  writeFileSync(join(folder, 'recipe.yaml'), recipeText);
  const plan = loadStation(join(folder, 'station.yaml'));
  const equipment = realEquipment(plan, clock);
  const assembly = await assemble({
    plan,
    recipe: loadRecipe(join(folder, 'recipe.yaml'), recipeSurroundings('virtual')),
    equipment: { ...equipment, powerFor: (fixture) => benchPower(ports[fixture - 1]!) },
    batch: { name, targetCount: null },
    operator: null,
    clock,
    random: seededRandom(name),
    recordFolder: join(folder, 'record'),
  });
  try {
    return await runsOf(assembly.station, ports, look);
  } finally {
    await assembly.close();
  }
}

async function runsOf(
  station: Station,
  ports: readonly PortPath[],
  look: (port: PortPath) => Promise<void>,
): Promise<ReadonlyMap<PortPath, RunRecord>> {
  const runs = new Map<PortPath, RunRecord>();
  const over = new AbortController();
  const takeOut = async (port: PortPath): Promise<void> => {
    await look(port);
    await unplug(port);
    leftCount += 1;
    if (leftCount === ports.length) over.abort();
  };
  let leftCount = 0;
  station.subscribe((event) => {
    if (event.type !== 'run-recorded' || runs.has(event.run.portPath)) return;
    runs.set(event.run.portPath, event.run);
    takeOut(event.run.portPath).catch((error: unknown) => over.abort(error));
  });
  await station.start();
  await clock.sleep(SHIFT_LIMIT_MS, over.signal).catch(() => undefined);
  await station.abort();
  return runs;
}
