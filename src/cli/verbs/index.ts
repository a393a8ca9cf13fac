// Every verb of the program, in the order in which help lists them.
import type { AddVerb } from '../program.ts';
import { addCheck } from './check.ts';
import { addDemo } from './demo.ts';
import { addFirmware } from './firmware.ts';
import { addRecipe } from './recipe.ts';
import { addReport } from './report.ts';
import { addRun } from './run.ts';
import { addSchema } from './schema.ts';
import { addVerify } from './verify.ts';
import { addWhy } from './why.ts';

export const verbs: readonly AddVerb[] = [
  addRun,
  addDemo,
  addCheck,
  addSchema,
  addRecipe,
  addFirmware,
  addWhy,
  addReport,
  addVerify,
];
