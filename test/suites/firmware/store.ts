// Where this lane keeps the vendor's images: the same store that `flashline firmware fetch` fills.
import { join } from 'node:path';

export const FIRMWARE_STORE = join(import.meta.dirname, '../../../.flashline/firmware');
