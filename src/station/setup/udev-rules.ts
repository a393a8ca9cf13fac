// The udev rules that a station needs: access for its users, and no modem manager on units.
import { formatHex16 } from '../../base/bytes.ts';
import { findUnknownUsbIds, type UnitUsbId } from './unit-usb-ids.ts';

/** The group whose members may use the bench: the one that serial ports have already on Debian. */
const USB_ACCESS_GROUP = 'dialout';

/** Vendor and product patterns: Particle, the Spark bootloader of 2014, STM32 ROM loaders, Particle's programmer shield. */
const UNIT_USB_PATTERNS: readonly (readonly [vendor: string, product: string, what: string])[] = [
  ['2b04', '*', 'Particle devices, running and in DFU mode'],
  ['1d50', '607[df]', 'Spark Core, and Photons with a bootloader of 2014'],
  ['0483', 'df11', 'STM32 ROM loader'],
  ['0403', '6010', 'programmer shield (FTDI)'],
  ['0d28', '0204', 'debugger (CMSIS-DAP)'],
  ['0483', '374?', 'ST-Link'],
];

/** Where the rules belong. */
export const UDEV_RULES_FILE = '/etc/udev/rules.d/60-flashline.rules';

/** The rules as the text of that file: the devices that are always known, and the units of these recipes. */
export function renderUdevRules(units: readonly UnitUsbId[] = []): string {
  const known = UNIT_USB_PATTERNS.flatMap(([vendor, product, what]) => renderRule(vendor, product, what));
  const others = findUnknownUsbIds(known.join('\n'), units, 'access');
  const rules = [
    ...known,
    ...others.flatMap((id) => renderRule(formatHex16(id.vendorId), formatHex16(id.productId), id.product)),
  ];
  return [
    `# Flashline: members of ${USB_ACCESS_GROUP} may use units and probes, ModemManager keeps its hands off them, and hub ports can be`,
    `# switched. Install: flashline udev | sudo tee ${UDEV_RULES_FILE} && sudo udevadm control --reload && sudo udevadm trigger`,
    ...rules,
    '# hub ports (Linux 6.0 and newer): the switch of each port',
    `SUBSYSTEM=="usb", DRIVER=="hub", RUN+="/bin/sh -c 'chgrp -f ${USB_ACCESS_GROUP} /sys$devpath/*-port*/disable; chmod -f 660 /sys$devpath/*-port*/disable; true'"`,
    '',
  ].join('\n');
}

function renderRule(vendor: string, product: string, what: string): readonly string[] {
  return [
    `# ${what.replace(/[^\x20-\x7e]/g, '?')}`,
    `SUBSYSTEMS=="usb", ATTRS{idVendor}=="${vendor}", ATTRS{idProduct}=="${product}", MODE="0660", GROUP="${USB_ACCESS_GROUP}", ENV{ID_MM_DEVICE_IGNORE}="1", ENV{ID_MM_PORT_IGNORE}="1"`,
  ];
}
