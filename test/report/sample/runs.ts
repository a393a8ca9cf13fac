// Building one run of the sample batch: a healthy course, or one that ends at a step with a failure or an error.
import type { Random } from '../../../src/base/random.ts';
import type { Evidence } from '../../../src/domain/run/evidence.ts';
import type { Failure, FailureCode, FailureSite } from '../../../src/domain/run/failure.ts';
import { getFailureTitle } from '../../../src/domain/run/failure.ts';
import type { Measurement } from '../../../src/domain/run/measurement.ts';
import type {
  ErrorRecord,
  RunRecord,
  RunResult,
  StepPhase,
  StepRecord,
  StepResult,
} from '../../../src/domain/run/run.ts';
import type { Verdict } from '../../../src/domain/run/verdict.ts';
import type { UnitIdentity, UnitPurpose } from '../../../src/domain/unit/unit.ts';
import * as photon from './photon.ts';

/** Where a course leaves the healthy one. */
export interface Trouble {
  readonly step: string;
  readonly stepResult: StepResult;
  readonly failure?: Failure;
  readonly error?: ErrorRecord;
  readonly course?: { readonly image: string } & photon.FlashCourse;
  readonly evidence?: readonly Evidence[];
  readonly measurements?: readonly Measurement[];
}

export interface Course {
  /** Counts runs of the batch, from 1. */
  readonly number: number;
  readonly startMs: number;
  readonly fixture: number;
  readonly unit: UnitIdentity;
  readonly attempt?: number;
  readonly result?: RunResult;
  readonly purpose?: UnitPurpose;
  readonly verdict: Partial<Verdict>;
  readonly trouble?: Trouble;
  readonly replyMs?: number;
  readonly volts?: number;
  readonly slow?: number;
  readonly imagesAlreadyThere?: boolean;
  readonly retriedFlash?: boolean;
}

const batch = 'B-2026-0105';
const ZONE_MS = 3_600_000;

/** Local time of the factory, one hour ahead of UTC. */
export function iso(ms: number): string {
  return new Date(ms + ZONE_MS).toISOString().replace('Z', '+01:00');
}

export function failureOf(
  code: FailureCode,
  message: string,
  site: FailureSite,
  evidence: readonly Evidence[],
): Failure {
  return { code, message, site, evidence };
}

export function runOf(course: Course, random: Random): RunRecord {
  const steps = stepsOf(course, random.fork(`run ${course.number}`));
  const last = steps.at(-1)!;
  const durationMs = last.startedAtMs + last.durationMs + 35;
  const failed = steps.findLast((step) => step.failure !== null && step.result !== 'passed' && step.phase === 'main');
  const result = course.result ?? 'pass';
  return {
    runId: `${new Date(course.startMs).toISOString().replace(/[-:.]/g, '')}-line2-f${course.fixture}-${String(course.number).padStart(4, '0')}`,
    station: 'line-2',
    fixture: course.fixture,
    portPath: `1-4.${course.fixture}`,
    cable: `USB-B ${100 + course.fixture}`,
    batch,
    operator: 'M. Okafor',
    purpose: course.purpose ?? 'production',
    product: 'Particle Photon',
    recipe: photon.recipe,
    program: 'flashline 0.1.0',
    instance: 'station-pc-2/1',
    startedAt: iso(course.startMs),
    unit: course.unit,
    endedAt: iso(course.startMs + durationMs),
    durationMs,
    steps,
    result,
    failure: result === 'pass' ? null : (failed?.failure ?? course.trouble?.failure ?? null),
    error: course.trouble?.error ?? null,
    verdict: verdictOf(course, result),
    attempt: course.attempt ?? 1,
  };
}

function verdictOf(course: Course, result: RunResult): Verdict {
  const code = course.trouble?.failure?.code ?? null;
  const passed: Verdict = {
    disposition: 'pass',
    rule: 'D0',
    ruleText: 'Every required step passed, and the record is complete.',
    code: null,
    operatorText: 'All steps passed.',
    engineerText: '',
    because: [
      'Every image was read back and is equal to its file.',
      'All modules are valid; the device id over serial equals the one seen in DFU.',
    ],
    suspects: [],
    marks: [],
    wouldChange: 'A failing run of this unit, or a fixture found bad since its last golden pass.',
    instruction: { do: 'put-in-bin', bin: 'pass' },
    countsAgainstUnit: true,
  };
  const failed: Verdict = {
    ...passed,
    disposition: 'retest',
    rule: 'D5',
    ruleText: 'First failure: test again on a different fixture.',
    code,
    operatorText: code ? `${getFailureTitle(code)}.` : '',
    because: [],
    suspects: ['unit', 'fixture'],
    wouldChange: '',
    instruction: { do: 'retest-anywhere' },
  };
  return { ...(result === 'pass' ? passed : failed), ...course.verdict };
}

interface Plan {
  readonly id: string;
  readonly kind: string;
  readonly phase: StepPhase;
  readonly ms: number;
  readonly evidence: readonly Evidence[];
  readonly measurements: readonly Measurement[];
}

function stepsOf(course: Course, random: Random): readonly StepRecord[] {
  const steps: StepRecord[] = [];
  let atMs = 20;
  let stopped = false;
  for (const plan of plansOf(course, random)) {
    if (stopped && plan.phase !== 'teardown') continue;
    const trouble = course.trouble?.step === plan.id ? course.trouble : undefined;
    if (course.retriedFlash && plan.id === 'flash') {
      const retried = troubledStep(plan, { ...FLASH_TROUBLE, step: 'flash' }, atMs, 1);
      steps.push(retried);
      atMs += retried.durationMs + 60;
    }
    const step = trouble
      ? troubledStep(plan, trouble, atMs, 1)
      : healthyStep(plan, atMs, course.retriedFlash && plan.id === 'flash' ? 2 : 1);
    steps.push(step);
    atMs += step.durationMs + 4;
    if (trouble) stopped = true;
  }
  return steps;
}

const FLASH_TROUBLE: Omit<Trouble, 'step'> = {
  stepResult: 'failed',
  failure: failureOf(
    'dfu/write-vanished',
    'The device left the bus at block 17 of system-part1.',
    { image: 'system-part1', block: 17, address: 0x0803_1000, sector: 5, command: 'DNLOAD' },
    [
      {
        kind: 'usb-error',
        error: 'gone',
        request: 'DNLOAD',
        afterMs: 3.2,
        afterwards: 're-enumerated',
        message: 'LIBUSB_ERROR_NO_DEVICE',
      },
    ],
  ),
};

function healthyStep(plan: Plan, startedAtMs: number, attempt: number): StepRecord {
  const { id, kind, phase, ms, evidence, measurements } = plan;
  return {
    id,
    kind,
    phase,
    attempt,
    startedAtMs,
    durationMs: ms,
    result: 'passed',
    failure: null,
    error: null,
    measurements,
    evidence,
  };
}

function troubledStep(plan: Plan, trouble: Trouble, startedAtMs: number, attempt: number): StepRecord {
  return {
    ...healthyStep(plan, startedAtMs, attempt),
    durationMs: Math.round(plan.ms * 0.4) + 180,
    result: trouble.stepResult,
    failure: trouble.failure ?? null,
    error: trouble.error ?? null,
    measurements: trouble.measurements ?? [],
    evidence: [...(trouble.evidence ?? []), ...(trouble.failure?.evidence ?? [])],
  };
}

function plansOf(course: Course, random: Random): readonly Plan[] {
  const deviceId = course.unit.deviceId ?? '000000000000000000000000';
  const slow = course.slow ?? 1;
  const flashed = photon.images.map((image) =>
    photon.flashImage(image, random, { skipped: course.imagesAlreadyThere ?? false, slow }),
  );
  const replyMs = course.replyMs ?? 92 + random.drawFraction() * 36 + random.drawFraction() * 20;
  const volts = course.volts ?? 4.97 + random.drawFraction() * 0.07 + (course.fixture - 2) * 0.012;
  const plan = (
    id: string,
    kind: string,
    phase: StepPhase,
    ms: number,
    evidence: readonly Evidence[] = [],
    measurements: readonly Measurement[] = [],
  ): Plan => ({ id, kind, phase, ms: Math.round(ms), evidence, measurements });
  return [
    plan('enter-dfu', 'wait-for-device', 'setup', 1180 + random.drawFraction() * 240, [
      photon.usbIdentity(deviceId, `1-4.${course.fixture}`),
    ]),
    plan('bootloader', 'bootloader-check', 'main', 140 + random.drawFraction() * 30, [
      {
        kind: 'bootloader',
        generation: '2.x',
        standing: 'current',
        moduleVersion: 1006,
        crcValid: true,
        requiredVersion: 1006,
      },
    ]),
    plan(
      'flash',
      'dfu-flash',
      'main',
      flashed.reduce((sum, image) => sum + image.eraseMs + image.programMs + image.verifyMs, 60),
      [
        ...flashed,
        ...flashed.map(
          (image): Evidence => ({
            kind: 'read-back',
            image: image.image,
            differentByteCount: 0,
            readSha256: image.sha256,
          }),
        ),
      ],
    ),
    plan(
      'verify',
      'serial-verify',
      'main',
      900 + replyMs * 4,
      [
        photon.healthyTalk(deviceId),
        photon.modules,
        { kind: 'identity', proof: 'same', by: 'device id over serial', before: deviceId, after: deviceId },
      ],
      [photon.replyTime(replyMs, 2400), photon.firmwareVersion('2.3.1', 2500), photon.supplyVoltage(volts, 2600)],
    ),
    plan('power-off', 'power-cycle', 'teardown', 120),
  ];
}

/** The flash step of a course that failed while flashing: images before the failing one are good. */
export function flashTrouble(random: Random, image: string, course: photon.FlashCourse): readonly Evidence[] {
  const at = photon.images.findIndex((candidate) => candidate.name === image);
  return photon.images
    .slice(0, at + 1)
    .map((candidate, index) => photon.flashImage(candidate, random, index === at ? course : {}));
}
