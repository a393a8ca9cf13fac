// The device in C on the guest's own device controller: plugged in while its process lives.
import { type ChildProcess, spawn } from 'node:child_process';
import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { PortPath } from '../../../../src/equipment/usb.ts';

const PROGRAM = join(import.meta.dirname, '../../../../../dfu-gadget');
const MEMORY_FILE = '/tmp/gadget-memory.bin';

let running: ChildProcess | undefined;

/** Where the controller's one port hangs. */
export function findGadgetPort(): PortPath {
  const bus = readdirSync('/sys/bus/platform/devices/dummy_hcd.0').find((name) => /^usb\d+$/.test(name));
  if (bus === undefined) throw new Error('the guest has no device controller');
  return `${bus.slice('usb'.length)}-1`;
}

export function plugGadget(...words: readonly string[]): void {
  const child = spawn(PROGRAM, words, { stdio: ['ignore', 'inherit', 'inherit'] });
  child.once('error', (error) => process.stdout.write(`${PROGRAM}: ${error.message}\n`));
  running = child;
}

/** A device with memory of its own: blank at first, and kept as long as it is not made anew. */
export function plugPlainGadget(...words: readonly string[]): void {
  rmSync(MEMORY_FILE, { force: true });
  plugGadget('-m', MEMORY_FILE, ...words);
}

/** Resolves once the device has left. */
export async function unplugGadget(): Promise<void> {
  const child = running;
  running = undefined;
  if (!child || child.exitCode !== null || child.signalCode !== null) return;
  const over = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGKILL');
  await over;
}

/** What the device has kept of an alternate setting. */
export function readGadgetMemory(offset: number, sizeBytes: number): Uint8Array {
  return new Uint8Array(readFileSync(MEMORY_FILE).subarray(offset, offset + sizeBytes));
}
