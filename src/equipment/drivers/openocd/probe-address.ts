// Which probe OpenOCD is to use: the few lines of configuration in which one kind differs from another.
import { StationError } from '../../../base/station-error.ts';

/** A probe as a station names it; the virtual ones listen on a port of this machine. */
export type ProbeAddress =
  | {
      readonly kind: 'st-link' | 'cmsis-dap' | 'ftdi' | 'j-link';
      readonly serialNumber: string | null;
      /** Bus and chain of hub ports: `1-4.3`. */
      readonly usb: string | null;
    }
  | { readonly kind: 'virtual-swd'; readonly port: number; readonly serialNumber: string | null }
  | { readonly kind: 'virtual-jtag'; readonly port: number };

/** For people: `st-link 066DFF3437`. */
export function formatProbeName(address: ProbeAddress): string {
  const serial = 'serialNumber' in address ? address.serialNumber : null;
  const usb = 'usb' in address && address.usb !== null ? `at USB ${address.usb}` : null;
  return [address.kind, serial ?? usb].filter((part) => part !== null).join(' ');
}

/** OpenOCD's commands before the target file. Throws StationError `swd/bad-probe` for a name it could misread. */
export function buildProbeCommands(address: ProbeAddress): readonly string[] {
  const choice: string[] = [];
  if ('serialNumber' in address && address.serialNumber !== null) {
    choice.push(`adapter serial ${requirePlainWord(address.serialNumber)}`);
  }
  if ('usb' in address && address.usb !== null) choice.push(`adapter usb location ${requirePlainWord(address.usb)}`);
  return [...buildDriverCommands(address), ...choice];
}

function buildDriverCommands(address: ProbeAddress): readonly string[] {
  switch (address.kind) {
    case 'st-link':
      return ['source [find interface/stlink-dap.cfg]', 'transport select dapdirect_swd'];
    case 'cmsis-dap':
      return ['source [find interface/cmsis-dap.cfg]', 'transport select swd'];
    case 'ftdi':
      // The programmer shield that Particle sold for the Photon.
      return ['source [find interface/ftdi/particle-ftdi.cfg]', 'transport select jtag'];
    case 'j-link':
      return ['source [find interface/jlink.cfg]', 'transport select swd'];
    case 'virtual-swd':
      return [
        'source [find interface/stlink-dap.cfg]',
        `st-link backend tcp ${address.port}`,
        'transport select dapdirect_swd',
      ];
    case 'virtual-jtag':
      return ['adapter driver remote_bitbang', 'remote_bitbang host localhost', `remote_bitbang port ${address.port}`];
  }
}

/** Tcl would take brackets, dollars and blanks for something else. */
function requirePlainWord(text: string): string {
  if (/^[\w.:-]{1,64}$/.test(text)) return text;
  throw new StationError({
    code: 'swd/bad-probe',
    message: `"${text}" cannot be the serial number or USB port of a probe`,
    hint: 'correct the probe in the station file: letters, digits, point, colon, dash',
  });
}
