// All suites of the guest in one process, in the order in which their results matter; ends with `N passed, N failed`.
import { defineContracts } from './contracts.ts';
import { benchPorts } from './guest-bench.ts';
import { runAll } from './plain-runner.ts';

const print = (line: string): void => void process.stdout.write(`${line}\n`);

const ports = await benchPorts();
print(`the kernel has ${ports.length} virtual ports: ${ports.slice(0, 8).join(', ')}, ...`);
defineContracts(ports[0]!);

const { passed, failed } = await runAll(print);
print(`${passed} passed, ${failed} failed`);
process.exit(failed === 0 ? 0 : 1);
