// The way to the machine's own hardware: native code is loaded when a real bench is run, and no sooner.
import type { Clock } from '../../base/clock.ts';
import type { StationPlan } from '../../station/file/station-plan.ts';
import type { Equipment } from './assemble-station.ts';

/** What hangs on the fixtures of a real bench. */
export async function loadRealEquipment(plan: StationPlan, clock: Clock): Promise<Equipment> {
  const { createRealEquipment } = await import('./real-equipment.ts');
  return createRealEquipment(plan, clock);
}
