// Every verb of the program, in the order in which help lists them, with the one place from which its work is loaded.
import { closeBatchVerb, listBatchesVerb, openBatchVerb } from './verbs/batch/batch-verbs.ts';
import {
  listDevicesVerb,
  listFaultsVerb,
  listPortsVerb,
  moveVerb,
  plugVerb,
  scanVerb,
  serveVerb,
  unplugVerb,
} from './verbs/bench/bench-verbs.ts';
import { demoVerb } from './verbs/demo/demo-verb.ts';
import {
  addSuffixVerb,
  checkSuffixVerb,
  fetchVerb,
  inspectVerb,
  removeSuffixVerb,
} from './verbs/firmware/firmware-verbs.ts';
import { flashVerb } from './verbs/flash/flash-verb.ts';
import { grrVerb } from './verbs/grr/grr-verb.ts';
import { completionVerb, explainVerb, helpVerb, manualVerb } from './verbs/help/help-verbs.ts';
import { initVerb } from './verbs/init/init-verb.ts';
import {
  admitStationVerb,
  lineStatusVerb,
  lineUnitVerb,
  migrateCentreVerb,
  sendVerb,
  suspendStationVerb,
  verifyLineVerb,
} from './verbs/line/line-verbs.ts';
import {
  checkVerb,
  graphVerb,
  newKeyVerb,
  newRecipeVerb,
  revokeKeyVerb,
  schemaVerb,
  signRecipeVerb,
} from './verbs/recipe/recipe-verbs.ts';
import {
  backupVerb,
  exportVerb,
  reportBatchVerb,
  reportDayVerb,
  reportFixtureVerb,
  reportUnitVerb,
  restoreVerb,
  retentionVerb,
  statsVerb,
  verifyVerb,
  vouchVerb,
} from './verbs/record/record-verbs.ts';
import { replayVerb } from './verbs/replay/replay-verb.ts';
import { runVerb } from './verbs/run/run-verb.ts';
import { simulateVerb } from './verbs/simulate/simulate-verb.ts';
import {
  adoptVerb,
  doctorVerb,
  portsVerb,
  releaseVerb,
  replaceCableVerb,
  teachVerb,
  udevVerb,
} from './verbs/station/station-verbs.ts';
import {
  addReferenceVerb,
  holdVerb,
  listReferencesVerb,
  repairedVerb,
  signVerb,
  unitsVerb,
  whyVerb,
} from './verbs/unit/unit-verbs.ts';
import { type AddVerb, bindGroup, bindVerb } from './verbs/verb.ts';
import { watchVerb } from './verbs/watch/watch-verb.ts';

export const programVerbs: readonly AddVerb[] = [
  bindVerb(initVerb, async () => (await import('./verbs/init/make-project.ts')).makeProject),
  bindVerb(runVerb, async () => (await import('./verbs/run/run-batch.ts')).runBatch),
  bindVerb(demoVerb, async () => (await import('./verbs/demo/run-demo.ts')).runDemo),
  bindVerb(watchVerb, async () => (await import('./verbs/watch/watch-station.ts')).watchStation),
  bindVerb(flashVerb, async () => (await import('./verbs/flash/flash-file.ts')).flashFile),
  bindGroup('batch', 'open, close and list batches', [
    bindVerb(openBatchVerb, async () => (await import('./verbs/batch/open-batch.ts')).openBatchOnRecord),
    bindVerb(closeBatchVerb, async () => (await import('./verbs/batch/close-batch.ts')).closeBatchOnRecord),
    bindVerb(listBatchesVerb, async () => (await import('./verbs/batch/list-batches.ts')).listBatches),
  ]),
  bindVerb(checkVerb, async () => (await import('./verbs/recipe/check.ts')).checkFiles),
  bindVerb(schemaVerb, async () => (await import('./verbs/recipe/schema.ts')).printSchema),
  bindGroup('recipe', 'write a first recipe for a device, look at a recipe, or sign it', [
    bindVerb(newRecipeVerb, async () => (await import('./verbs/recipe/new-recipe.ts')).writeNewRecipe),
    bindVerb(graphVerb, async () => (await import('./verbs/recipe/recipe.ts')).printGraph),
    bindVerb(signRecipeVerb, async () => (await import('./verbs/recipe/recipe.ts')).signRecipe),
  ]),
  bindGroup('key', 'make keys that sign recipes, and keep the keyring', [
    bindVerb(newKeyVerb, async () => (await import('./verbs/recipe/key.ts')).makeKey),
    bindVerb(revokeKeyVerb, async () => (await import('./verbs/recipe/key.ts')).revokeKey),
  ]),
  bindGroup('firmware', 'inspect, suffix and fetch firmware images', [
    bindVerb(inspectVerb, async () => (await import('./verbs/firmware/firmware.ts')).inspectImage),
    bindGroup('suffix', 'the DFU suffix, byte for byte as dfu-suffix writes it', [
      bindVerb(addSuffixVerb, async () => (await import('./verbs/firmware/firmware.ts')).addSuffix),
      bindVerb(checkSuffixVerb, async () => (await import('./verbs/firmware/firmware.ts')).checkSuffix),
      bindVerb(removeSuffixVerb, async () => (await import('./verbs/firmware/firmware.ts')).removeSuffix),
    ]),
    bindVerb(fetchVerb, async () => (await import('./verbs/firmware/firmware.ts')).fetchSets),
  ]),
  bindVerb(whyVerb, async () => (await import('./verbs/unit/why.ts')).explainWhy),
  bindVerb(holdVerb, async () => (await import('./verbs/unit/hold.ts')).printHeldUnits),
  bindVerb(unitsVerb, async () => (await import('./verbs/unit/units.ts')).printUnits),
  bindVerb(explainVerb, async () => (await import('./verbs/help/explain-word.ts')).explainWord),
  bindVerb(replayVerb, async () => (await import('./verbs/replay/replay-run-file.ts')).replayRunFile),
  bindVerb(signVerb, async () => (await import('./verbs/unit/sign.ts')).signUnit),
  bindVerb(repairedVerb, async () => (await import('./verbs/unit/repaired.ts')).recordRepair),
  bindVerb(releaseVerb, async () => (await import('./verbs/station/release.ts')).releaseFixtureOrUnit),
  bindGroup('cable', 'keep count of cables', [
    bindVerb(replaceCableVerb, async () => (await import('./verbs/station/cable.ts')).replaceCable),
  ]),
  bindGroup('reference', 'register and list golden and known-bad units', [
    bindVerb(addReferenceVerb, async () => (await import('./verbs/unit/add-reference.ts')).addReferenceUnit),
    bindVerb(listReferencesVerb, async () => (await import('./verbs/unit/list-references.ts')).listReferenceUnits),
  ]),
  bindVerb(grrVerb, async () => (await import('./verbs/grr/judge-fixtures.ts')).judgeFixtures),
  bindGroup('report', 'write pages, and print tables, of what is on record', [
    bindVerb(reportUnitVerb, async () => (await import('./verbs/record/report.ts')).reportUnit),
    bindVerb(reportBatchVerb, async () => (await import('./verbs/record/report.ts')).reportBatch),
    bindVerb(reportFixtureVerb, async () => (await import('./verbs/record/report.ts')).reportFixture),
    bindVerb(reportDayVerb, async () => (await import('./verbs/record/report.ts')).reportDay),
  ]),
  bindGroup('line', 'many stations, one truth: a centre that keeps every station’s record a second time', [
    bindVerb(migrateCentreVerb, async () => (await import('./verbs/line/administer-line.ts')).migrateLine),
    bindVerb(admitStationVerb, async () => (await import('./verbs/line/administer-line.ts')).admitToLine),
    bindVerb(suspendStationVerb, async () => (await import('./verbs/line/administer-line.ts')).suspendOnLine),
    bindVerb(sendVerb, async () => (await import('./verbs/line/send-record.ts')).sendRecord),
    bindVerb(lineStatusVerb, async () => (await import('./verbs/line/administer-line.ts')).printLineStatus),
    bindVerb(verifyLineVerb, async () => (await import('./verbs/line/administer-line.ts')).verifyLine),
    bindVerb(lineUnitVerb, async () => (await import('./verbs/line/line-unit.ts')).printUnitOfLine),
  ]),
  bindVerb(statsVerb, async () => (await import('./verbs/record/stats.ts')).printStats),
  bindVerb(exportVerb, async () => (await import('./verbs/record/export.ts')).exportRuns),
  bindVerb(verifyVerb, async () => (await import('./verbs/record/verify.ts')).verifyRecordAndHeads),
  bindVerb(vouchVerb, async () => (await import('./verbs/record/vouch.ts')).vouchInPerson),
  bindVerb(portsVerb, async () => (await import('./verbs/station/bench-setup.ts')).printPorts),
  bindVerb(teachVerb, async () => (await import('./verbs/station/bench-setup.ts')).teachPorts),
  bindVerb(adoptVerb, async () => (await import('./verbs/station/adopt.ts')).adoptStationInPerson),
  bindVerb(doctorVerb, async () => (await import('./verbs/station/bench-setup.ts')).runDoctor),
  bindVerb(udevVerb, async () => (await import('./verbs/station/bench-setup.ts')).printUdevRules),
  bindGroup(
    'bench',
    'virtual units, for a real kernel or to practise: serve, plug, unplug, move, scan, list, faults, devices',
    [
      bindVerb(serveVerb, async () => (await import('./verbs/bench/bench.ts')).serveVirtualBench),
      bindVerb(plugVerb, async () => (await import('./verbs/bench/bench.ts')).plugUnit),
      bindVerb(unplugVerb, async () => (await import('./verbs/bench/bench.ts')).unplugUnit),
      bindVerb(moveVerb, async () => (await import('./verbs/bench/bench.ts')).placeUnitElsewhere),
      bindVerb(scanVerb, async () => (await import('./verbs/bench/bench.ts')).readUnitLabel),
      bindVerb(listPortsVerb, async () => (await import('./verbs/bench/bench.ts')).listPorts),
      bindVerb(listFaultsVerb, async () => (await import('./verbs/bench/bench.ts')).listFaults),
      bindVerb(listDevicesVerb, async () => (await import('./verbs/bench/bench.ts')).listDevices),
    ],
  ),
  bindVerb(simulateVerb, async () => (await import('./verbs/simulate/simulate.ts')).runSimulation),
  bindVerb(backupVerb, async () => (await import('./verbs/record/back-up-and-restore.ts')).backUpToFile),
  bindVerb(restoreVerb, async () => (await import('./verbs/record/back-up-and-restore.ts')).restoreBackup),
  bindVerb(retentionVerb, async () => (await import('./verbs/record/drop-old-evidence.ts')).dropOldEvidence),
  bindVerb(completionVerb, async () => (await import('./verbs/help/print-completion.ts')).printCompletion),
  bindVerb(manualVerb, async () => (await import('./verbs/help/print-manual.ts')).printManual),
  bindVerb(helpVerb, async () => (await import('./verbs/help/explain.ts')).explainWords),
];
