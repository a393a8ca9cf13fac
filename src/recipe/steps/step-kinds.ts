// Every kind of step a recipe may use; adding one = one file here and one line in this list.
import { createStepRunner } from '../run/run-step.ts';
import type { StepKind } from '../step.ts';
import { bootloaderCheck } from './bootloader-check.ts';
import { dctRestore } from './dct-restore.ts';
import { delay } from './delay.ts';
import { dfuFlash } from './dfu-flash.ts';
import { enterDfu } from './enter-dfu.ts';
import { exec } from './exec.ts';
import { identityCheck } from './identity-check.ts';
import { operatorPrompt } from './operator-prompt.ts';
import { optionBytes } from './option-bytes.ts';
import { powerCycle, powerOff } from './power.ts';
import { serialVerify } from './serial-verify.ts';
import { swdDump } from './swd-dump.ts';
import { swdExamine } from './swd-examine.ts';
import { swdFlash } from './swd-flash.ts';
import { swdLock } from './swd-lock.ts';
import { waitForDevice } from './wait-for-device.ts';

/** In the order in which `flashline schema` lists them. */
export const stepKinds: readonly StepKind[] = [
  enterDfu,
  waitForDevice,
  bootloaderCheck,
  dfuFlash,
  optionBytes,
  serialVerify,
  identityCheck,
  operatorPrompt,
  powerCycle,
  powerOff,
  delay,
  exec,
  swdExamine,
  swdFlash,
  swdDump,
  swdLock,
  dctRestore,
];

/** The kind of that name, if there is one. */
export function findStepKind(kind: string): StepKind | undefined {
  return stepKinds.find((known) => known.kind === kind);
}

/** Carries out one step of the kinds above; see `createStepRunner`. */
export const runStep = createStepRunner(stepKinds);
