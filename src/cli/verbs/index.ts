// Every verb of the program, in the order in which help lists them.
import type { AddVerb } from '../program.ts';
import { addBackup, addRestore } from './backup.ts';
import { addBatch } from './batch.ts';
import { addBench } from './bench.ts';
import { addDoctor, addPorts, addTeach, addUdev } from './bench-setup.ts';
import { addCable } from './cable.ts';
import { addCheck } from './check.ts';
import { addCompletion } from './completion.ts';
import { addDemo } from './demo.ts';
import { addExport } from './export.ts';
import { addFirmware } from './firmware.ts';
import { addFlash } from './flash.ts';
import { addGrr } from './grr.ts';
import { addHelp } from './help.ts';
import { addKey } from './key.ts';
import { addRecipe } from './recipe.ts';
import { addReference } from './reference.ts';
import { addRelease } from './release.ts';
import { addRepaired } from './repaired.ts';
import { addReplay } from './replay.ts';
import { addReport } from './report.ts';
import { addRetention } from './retention.ts';
import { addRun } from './run.ts';
import { addSchema } from './schema.ts';
import { addSign } from './sign.ts';
import { addSimulate } from './simulate.ts';
import { addStats } from './stats.ts';
import { addVerify } from './verify.ts';
import { addWatch } from './watch.ts';
import { addWhy } from './why.ts';

export const verbs: readonly AddVerb[] = [
  addRun,
  addDemo,
  addWatch,
  addFlash,
  addBatch,
  addCheck,
  addSchema,
  addRecipe,
  addKey,
  addFirmware,
  addWhy,
  addReplay,
  addSign,
  addRepaired,
  addRelease,
  addCable,
  addReference,
  addGrr,
  addReport,
  addStats,
  addExport,
  addVerify,
  addPorts,
  addTeach,
  addDoctor,
  addUdev,
  addBench,
  addSimulate,
  addBackup,
  addRestore,
  addRetention,
  addCompletion,
  addHelp,
];
