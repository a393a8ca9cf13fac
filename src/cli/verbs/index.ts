// Every verb of the program, in the order in which help lists them.
import type { AddVerb } from '../program.ts';
import { addBatch } from './batch.ts';
import { addBench } from './bench.ts';
import { addCheck } from './check.ts';
import { addDemo } from './demo.ts';
import { addExport } from './export.ts';
import { addFirmware } from './firmware.ts';
import { addFlash } from './flash.ts';
import { addRecipe } from './recipe.ts';
import { addReport } from './report.ts';
import { addRun } from './run.ts';
import { addSchema } from './schema.ts';
import { addStats } from './stats.ts';
import { addVerify } from './verify.ts';
import { addWhy } from './why.ts';

export const verbs: readonly AddVerb[] = [
  addRun,
  addDemo,
  addFlash,
  addBatch,
  addCheck,
  addSchema,
  addRecipe,
  addFirmware,
  addWhy,
  addReport,
  addStats,
  addExport,
  addVerify,
  addBench,
];
