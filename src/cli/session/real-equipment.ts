// The machine's own hardware as a station's equipment. Imported only where a real bench is run: it loads native code.
import type { Clock } from '../../base/clock.ts';
import { createHubPowerSwitch } from '../../equipment/drivers/hub-power.ts';
import { createNodeSerialPorts } from '../../equipment/drivers/serial/node-serialport.ts';
import { createNodeUsbBus } from '../../equipment/drivers/usb/node-usb.ts';
import type { StationPlan } from '../../station/file/station-plan.ts';
import type { Equipment } from './assemble-station.ts';
import { createRealProbes } from './probes.ts';

/** What hangs on the fixtures of a real bench. */
export function createRealEquipment(plan: StationPlan, clock: Clock): Equipment {
  const usb = createNodeUsbBus(clock);
  const power = new Map(plan.fixtures.map((fixture) => [fixture.number, fixture.power]));
  return {
    usb,
    serial: createNodeSerialPorts(clock),
    powerFor: (fixture) => {
      const place = power.get(fixture);
      return place?.by === 'hub' ? createHubPowerSwitch({ hub: place.hub, port: place.port, usb, clock }) : null;
    },
    probeFor: createRealProbes(plan).probeFor,
    close: () => usb.close(),
  };
}
