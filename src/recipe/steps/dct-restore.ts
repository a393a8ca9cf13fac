// Step dct-restore: puts the unit's keys and settings back over DFU after its read protection was removed.
import { z } from 'zod';
import { hashDctKeys, readDctKeys, writeDctCopy } from '../../device/dfu/photon/dct.ts';
import type { DfuSession } from '../../device/dfu/session/dfu-session.ts';
import type { IdentityEvidence } from '../../domain/run/evidence.ts';
import { createFailedOutcome } from '../failed-outcome.ts';
import { defineStep, type StepContext, type StepOutcome } from '../step.ts';
import { awaitDevice, createDeviceNotFoundFailure, detectDeviceMode } from '../unit/device-at-port.ts';
import { enterDfuMode } from '../unit/dfu-mode.ts';
import { startUnit, withUnitInDfu } from '../unit/unit-in-dfu.ts';
import { baudSchema, durationSchema } from '../yaml/quantity-schemas.ts';

const schema = z
  .strictObject({
    touch: baudSchema.prefault('14400 Bd').describe('The serial speed that means "go to DFU mode"'),
    within: durationSchema.prefault('15 s').describe('How long the unit may take into DFU mode, and to start again'),
  })
  .transform((given) => ({ touchBaud: given.touch, withinMs: given.within }));

type Parameters = z.output<typeof schema>;

/** Step kind `dct-restore`. */
export const dctRestore = defineStep({
  kind: 'dct-restore',
  summary: 'Put keys and settings back that were kept before the read protection was removed, and start the unit',
  schema,
  defaultTimeoutMs: 60_000,
  run: async (parameters, context) => {
    const { dctBackup } = context.unit;
    if (dctBackup) return restoreDct(parameters, context, dctBackup);
    const text =
      dctBackup === undefined
        ? 'Nothing was erased that had to be put back.'
        : 'There is no copy of the keys: the unit makes itself new ones.';
    context.addEvidence({ kind: 'note', text });
    return { result: 'passed' };
  },
});

async function restoreDct(parameters: Parameters, context: StepContext, backup: Uint8Array): Promise<StepOutcome> {
  const entry = await enterDfuMode(context, parameters);
  if (!entry.device) return { result: 'failed', failure: entry.failure };
  await context.recordWriteIntent({ image: 'DCT', address: 0, sizeBytes: backup.length });
  const outcome = await withUnitInDfu(context, (session) => writeDctBackup(context, session, backup));
  return outcome.result === 'passed' ? awaitRunningUnit(context, parameters.withinMs) : outcome;
}

async function writeDctBackup(context: StepContext, session: DfuSession, backup: Uint8Array): Promise<StepOutcome> {
  const isWritten = await writeDctCopy(session, backup);
  const before = hashDctKeys(backup);
  const after = (await readDctKeys(session))?.allKeysSha256;
  const isSame = isWritten && after === before.allKeysSha256;
  const evidence: IdentityEvidence = {
    kind: 'identity',
    proof: isSame ? 'same' : 'different',
    by: 'keys in the DCT, put back',
    before: before.allKeysSha256,
    ...(after !== undefined && { after }),
  };
  if (!isSame) {
    return createFailedOutcome('dfu/verify-mismatch', 'The keys that were put back read differently', [evidence], {
      image: 'DCT',
    });
  }
  context.addEvidence(evidence);
  context.updateUnit({
    dctBackup: undefined,
    keysSha256: before.allKeysSha256,
    ...(before.publicKeySha256 && { identity: { ...context.unit.identity, keyHash: before.publicKeySha256 } }),
  });
  await startUnit(context, session);
  return { result: 'passed' };
}

async function awaitRunningUnit(context: StepContext, withinMs: number): Promise<StepOutcome> {
  if (context.recipe.unit.serial === null) return { result: 'passed' };
  const isRunning = await awaitDevice(
    context,
    (one) => detectDeviceMode(context.recipe.unit, one) === 'running',
    withinMs,
  );
  if (isRunning.device) return { result: 'passed' };
  return { result: 'failed', failure: createDeviceNotFoundFailure(context, 'The unit with its keys back', isRunning) };
}
