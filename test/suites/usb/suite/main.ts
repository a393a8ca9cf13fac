// The suites of the guest that ITEMS names, one after another; ends with `N passed, N failed`.
import { defineContracts, defineGadgetContract } from './contracts.ts';
import { benchPorts } from './guest-bench.ts';
import { defineFixtures } from './item-1-fixtures.ts';
import { defineWitness } from './item-2-witness.ts';
import { defineFoundingLog } from './item-3-founding-log.ts';
import { defineCable } from './item-4-cable.ts';
import { defineTouch } from './item-5-touch.ts';
import { defineMany } from './item-6-many.ts';
import { defineHubs } from './item-7-hubs.ts';
import { defineOtherHand } from './item-8-other-hand.ts';
import { defineFamilies } from './item-9-families.ts';
import { runAll } from './plain-runner.ts';
import { defineReplay } from './replay.ts';
import { defineSpeed } from './speed.ts';

const print = (line: string): void => void process.stdout.write(`${line}\n`);
const ports = await benchPorts();
print(`the kernel has ${ports.length} virtual ports: ${ports.slice(0, 8).join(', ')}, ...`);

const items: Readonly<Record<string, () => void>> = {
  1: () => defineFixtures(ports.slice(8)),
  2: () => defineWitness(ports[1]!),
  3: () => defineFoundingLog(ports[2]!),
  4: () => defineCable(ports.slice(8)),
  5: () => defineTouch(ports[3]!),
  6: () => defineMany(ports, print),
  7: () => defineHubs(),
  8: () => defineOtherHand(),
  9: () => defineFamilies(ports.slice(8)),
  gadget: () => defineGadgetContract(),
  contracts: () => defineContracts(ports[0]!),
  replay: () => defineReplay(ports[5]!),
  speed: () => defineSpeed(ports[4]!, print),
};
const wanted = (process.env['ITEMS'] ?? '').split(',');
for (const item of wanted) items[item]?.();

const { passed, failed } = await runAll(print);
print(`${passed} passed, ${failed} failed`);
process.exit(failed === 0 ? 0 : 1);
