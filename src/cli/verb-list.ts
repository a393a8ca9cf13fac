// Every verb of the program, in the order in which help lists them.

import { addBatch } from './verbs/batch.ts';
import { addBench } from './verbs/bench/bench.ts';
import { addCompletion } from './verbs/completion/completion.ts';
import { addDemo } from './verbs/demo/demo.ts';
import { addFirmware } from './verbs/firmware/firmware.ts';
import { addFlash } from './verbs/flash/flash.ts';
import { addGrr } from './verbs/grr/grr.ts';
import { addHelp } from './verbs/help.ts';
import type { AddVerb } from './verbs/program.ts';
import { addCheck } from './verbs/recipe/check.ts';
import { addKey } from './verbs/recipe/key.ts';
import { addRecipe } from './verbs/recipe/recipe.ts';
import { addSchema } from './verbs/recipe/schema.ts';
import { addBackup, addRestore } from './verbs/record/backup.ts';
import { addExport } from './verbs/record/export.ts';
import { addReport } from './verbs/record/report.ts';
import { addRetention } from './verbs/record/retention.ts';
import { addStats } from './verbs/record/stats.ts';
import { addVerify } from './verbs/record/verify.ts';
import { addVouch } from './verbs/record/vouch.ts';
import { addReplay } from './verbs/replay/replay.ts';
import { addRun } from './verbs/run/run.ts';
import { addSimulate } from './verbs/simulate/simulate.ts';
import { addAdopt } from './verbs/station/adopt.ts';
import { addDoctor, addPorts, addTeach, addUdev } from './verbs/station/bench-setup.ts';
import { addCable } from './verbs/station/cable.ts';
import { addRelease } from './verbs/station/release.ts';
import { addHold } from './verbs/unit/hold.ts';
import { addReference } from './verbs/unit/reference.ts';
import { addRepaired } from './verbs/unit/repaired.ts';
import { addSign } from './verbs/unit/sign.ts';
import { addWhy } from './verbs/unit/why.ts';
import { addWatch } from './verbs/watch/watch.ts';

export const programVerbs: readonly AddVerb[] = [
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
  addHold,
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
  addVouch,
  addPorts,
  addTeach,
  addAdopt,
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
