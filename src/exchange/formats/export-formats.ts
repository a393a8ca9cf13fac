// All export formats by name; a new one is one file and one line here.

import type { ExportFormat } from '../export-format.ts';
import { cfx } from './cfx.ts';
import { csv } from './csv.ts';
import { junit } from './junit.ts';
import { openhtf } from './openhtf.ts';
import { tofupilot } from './tofupilot.ts';
import { wsjf } from './wsjf.ts';

export const exportFormats: readonly ExportFormat[] = [csv, junit, openhtf, wsjf, cfx, tofupilot];
