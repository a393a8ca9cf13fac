// dfu-util and dfu-suffix as witnesses: run to their end, with everything they said.
import { execFile } from 'node:child_process';
import type { PortPath, UsbDeviceInfo } from '../../../../src/equipment/usb.ts';

const LIMIT_MS = 120_000;

export interface Witness {
  readonly code: number;
  /** Standard output and error together. */
  readonly text: string;
}

/** dfu-util on the device at that port: the way to tell eight devices with one serial number apart. */
export function dfuUtil(
  { portPath, vendorId, productId }: UsbDeviceInfo,
  ...words: readonly string[]
): Promise<Witness> {
  const id = `${vendorId.toString(16)}:${productId.toString(16)}`;
  return run('dfu-util', ['-d', id, '-p', portPath satisfies PortPath, '-a', '0', ...words]);
}

/** dfu-util on an alternate setting of the device at that port, whatever it calls itself in run-time mode and in DFU mode. */
export function dfuUtilAt({ portPath }: UsbDeviceInfo, ...words: readonly string[]): Promise<Witness> {
  return run('dfu-util', ['-p', portPath, ...words]);
}

export function dfuSuffix(...words: readonly string[]): Promise<Witness> {
  return run('dfu-suffix', words);
}

function run(program: string, words: readonly string[]): Promise<Witness> {
  return new Promise((resolve) => {
    execFile(program, [...words], { timeout: LIMIT_MS, encoding: 'utf8' }, (error, stdout, stderr) => {
      const code = error === null ? 0 : typeof error.code === 'number' ? error.code : -1;
      resolve({ code, text: `${stdout}${stderr}` });
    });
  });
}
