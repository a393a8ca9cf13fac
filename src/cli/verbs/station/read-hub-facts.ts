// Asks every hub that a station file names how it switches its ports.
import { systemClock } from '../../../base/clock.ts';
import { isStationError } from '../../../base/station-error.ts';
import { readHubSwitchingMode } from '../../../equipment/drivers/hub-power.ts';
import { createNodeUsbBus } from '../../../equipment/drivers/usb/node-usb.ts';
import type { StationPlan } from '../../../station/file/station-plan.ts';
import type { HubFact } from '../../../station/setup/doctor.ts';

/** One fact per hub, each once. Never throws. */
export async function readHubFacts(plan: StationPlan): Promise<readonly HubFact[]> {
  const hubs = plan.fixtures.flatMap(({ power }) => (power.by === 'hub' ? [power.hub] : []));
  const usb = createNodeUsbBus(systemClock);
  try {
    return await Promise.all(
      [...new Set(hubs)].map(async (hub): Promise<HubFact> => {
        try {
          return { hub, switching: await readHubSwitchingMode({ hub, usb }) };
        } catch (error) {
          return { hub, switching: isStationError(error) && error.code === 'power/no-hub' ? 'missing' : 'unknown' };
        }
      }),
    );
  } finally {
    await usb.close();
  }
}
