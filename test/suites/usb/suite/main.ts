// All suites of the guest in one process, the quick ones first; ends with `N passed, N failed`.
import { defineContracts } from './contracts.ts';
import { benchPorts } from './guest-bench.ts';
import { defineFixtures } from './item-1-fixtures.ts';
import { defineWitness } from './item-2-witness.ts';
import { defineFoundingLog } from './item-3-founding-log.ts';
import { defineCable } from './item-4-cable.ts';
import { defineTouch } from './item-5-touch.ts';
import { defineMany } from './item-6-many.ts';
import { defineHubs } from './item-7-hubs.ts';
import { runAll } from './plain-runner.ts';
import { defineReplay } from './replay.ts';
import { defineSpeed } from './speed.ts';

const print = (line: string): void => void process.stdout.write(`${line}\n`);
const ports = await benchPorts();
print(`the kernel has ${ports.length} virtual ports: ${ports.slice(0, 8).join(', ')}, ...`);

const items: Readonly<Record<string, () => void>> = {
  1: () => defineFixtures(ports),
  2: () => defineWitness(ports[1]!),
  3: () => defineFoundingLog(ports[2]!),
  4: () => defineCable(ports),
  5: () => defineTouch(ports[3]!),
  6: () => defineMany(ports, print),
  7: () => defineHubs(),
  contracts: () => defineContracts(ports[0]!),
  replay: () => defineReplay(ports[5]!),
  speed: () => defineSpeed(ports[4]!, print),
};
/** Long ones last. */
const wanted = (process.env['ITEMS'] || 'contracts,2,3,7,5,replay,speed,4,1,6').split(',');
for (const item of wanted) items[item]?.();

const { passed, failed } = await runAll(print);
print(`${passed} passed, ${failed} failed`);
process.exit(failed === 0 ? 0 : 1);
