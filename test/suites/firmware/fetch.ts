// Brings every firmware set into the store; exit code 77 with one line `skipped (reason)` where npm cannot reach them.
import { isStationError } from '../../../src/base/station-error.ts';
import { firmwareSets } from '../../../src/equipment/drivers/firmware/firmware-sets.ts';
import { fetchFirmware } from '../../../src/equipment/drivers/firmware/npm-firmware.ts';
import { FIRMWARE_STORE } from './store.ts';

process.exitCode = await fetchAll();

async function fetchAll(): Promise<number> {
  try {
    for (const set of firmwareSets) {
      const images = await fetchFirmware({ set, directory: FIRMWARE_STORE, signal: new AbortController().signal });
      process.stdout.write(`${set.name}: ${images.length} images\n`);
    }
    return 0;
  } catch (error) {
    if (!isStationError(error) || error.code !== 'firmware/fetch') throw error;
    process.stdout.write(`skipped (${error.message})\n`);
    return 77;
  }
}
