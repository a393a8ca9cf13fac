// The fixture's equipment lent to one step: whatever the step opens is closed when it is over, and it opens nothing after.
import type { SerialConnection, SerialPorts } from '../../equipment/serial.ts';
import type { UsbBus, UsbDevice } from '../../equipment/usb.ts';
import type { FixtureEquipment } from '../step.ts';

export interface ScopedEquipment {
  readonly equipment: FixtureEquipment;
  /** Takes everything back: closes what is still open and refuses further opening. Never throws. */
  revoke(): Promise<void>;
}

/** Lends a fixture's equipment to a step that may forget to give it back, or go on when it should have ended. */
export function scopeEquipment(fixture: FixtureEquipment): ScopedEquipment {
  const open = new Set<UsbDevice | SerialConnection>();
  let over = false;
  const keep = async <Handle extends UsbDevice | SerialConnection>(opening: () => Promise<Handle>): Promise<Handle> => {
    if (over) throw new Error('a step that is over opened a device');
    const handle = await opening();
    open.add(handle);
    if (over) await handle.close();
    return handle;
  };
  const usb: UsbBus = {
    list: () => fixture.usb.list(),
    watch: (listener) => fixture.usb.watch(listener),
    open: (device) => keep(() => fixture.usb.open(device)),
    close: () => Promise.resolve(),
  };
  const serial: SerialPorts = {
    find: (portPath) => fixture.serial.find(portPath),
    list: () => fixture.serial.list(),
    open: (port, options) => keep(() => fixture.serial.open(port, options)),
  };
  return {
    equipment: { ...fixture, usb, serial },
    revoke: async () => {
      over = true;
      await Promise.all([...open].map((handle) => handle.close()));
    },
  };
}
