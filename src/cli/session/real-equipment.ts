// The machine's own hardware as a station's equipment. Imported only where a real bench is run: it loads native code.
import type { Clock } from '../../base/clock.ts';
import { hubPowerSwitch } from '../../equipment/drivers/hub-power.ts';
import { nodeSerialPorts } from '../../equipment/drivers/serial/node-serialport.ts';
import { nodeUsbBus } from '../../equipment/drivers/usb/node-usb.ts';
import type { StationPlan } from '../../station/file/station-plan.ts';
import type { Equipment } from './assemble-station.ts';
import { realProbes } from './probes.ts';

/** What hangs on the fixtures of a real bench. */
export function realEquipment(plan: StationPlan, clock: Clock): Equipment {
  const usb = nodeUsbBus(clock);
  const power = new Map(plan.fixtures.map((fixture) => [fixture.number, fixture.power]));
  return {
    usb,
    serial: nodeSerialPorts(clock),
    powerFor: (fixture) => {
      const place = power.get(fixture);
      return place?.by === 'hub' ? hubPowerSwitch({ hub: place.hub, port: place.port, usb, clock }) : null;
    },
    probeFor: realProbes(plan).probeFor,
    close: () => usb.close(),
  };
}
