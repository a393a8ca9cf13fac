// Runs, fixtures and judgements for the tests of the verdict: a sound default, and only what a test is about spelt out.
import type { Evidence } from '../../src/domain/run/evidence.ts';
import { type FailureCode, type FailureSite, getFailureTitle } from '../../src/domain/run/failure.ts';
import type { Recorded, RecordedRun, RecordPlace } from '../../src/domain/run/record-place.ts';
import type { RunResult, UnjudgedRun } from '../../src/domain/run/run.ts';
import type { Verdict } from '../../src/domain/run/verdict.ts';
import type { UnitPurpose } from '../../src/domain/unit/unit.ts';
import type { UnitNote } from '../../src/domain/unit/unit-note.ts';
import type { FixtureStatus, JudgementInput } from '../../src/verdict/attempts/judgement-input.ts';
import { judgeRun } from '../../src/verdict/judge.ts';
import { defaultPolicy } from '../../src/verdict/policy/policy.ts';

const START_MS = Date.UTC(2026, 0, 5, 6, 0, 0);

/** ISO time of the given minute of the shift. */
export function minute(minutes: number): string {
  return new Date(START_MS + minutes * 60_000).toISOString();
}

export interface RunOptions {
  readonly unit?: string;
  readonly fixture?: number;
  /** Minute of the shift at which the run starts; it takes half a minute. */
  readonly at?: number;
  readonly result?: RunResult;
  readonly code?: FailureCode;
  readonly site?: FailureSite;
  readonly evidence?: readonly Evidence[];
  readonly earlier?: readonly Evidence[];
  readonly stepKind?: string;
  readonly stepId?: string;
  readonly purpose?: UnitPurpose;
  readonly station?: string;
  readonly cable?: string | null;
  readonly recipe?: string;
  readonly durationMs?: number;
}

let made = 0;

/** Place in the record of what is recorded at that minute: unless a test says otherwise, in the order of the times. */
export function place(minutes: number): number {
  return Date.parse(minute(minutes));
}

/** The same as the rules keep it. */
export function placeAt(minutes: number): RecordPlace {
  return { sequence: place(minutes) };
}

/** What somebody noted, as it is read back. */
export function noted(note: UnitNote): Recorded<UnitNote> {
  return { ...note, sequence: Date.parse(note.at) };
}

/** A finished run that nobody has judged: a pass, or a failure with the given code. */
export function aRun(options: RunOptions = {}): Recorded<UnjudgedRun> {
  made += 1;
  const { unit = 'U1', fixture = 1, at = 0, code, station = 'bench', recipe = 'photon', durationMs = 30_000 } = options;
  const failure = code
    ? { code, message: `${getFailureTitle(code)}.`, site: options.site ?? {}, evidence: options.evidence ?? [] }
    : null;
  const stepKind = options.stepKind ?? 'dfu-flash';
  return {
    runId: `run-${made}`,
    station,
    fixture,
    portPath: `1-${fixture}`,
    cable: options.cable === undefined ? `cable-${fixture}` : options.cable,
    batch: 'b',
    operator: 'Kim',
    purpose: options.purpose ?? 'production',
    product: 'Photon',
    recipe: { name: recipe, revision: 'A', sha256: '00', images: [] },
    program: 'flashline',
    instance: 'test',
    startedAt: minute(at),
    endedAt: minute(at + durationMs / 60_000),
    durationMs,
    sequence: place(at + durationMs / 60_000),
    unit: { label: unit },
    steps: [
      { ...aStep('bootloader-check', 'bootloader-check'), evidence: options.earlier ?? [] },
      {
        ...aStep(options.stepId ?? stepKind, stepKind),
        durationMs: durationMs - 1000,
        result: failure ? ('failed' as const) : ('passed' as const),
        failure,
        evidence: options.evidence ?? [],
      },
    ],
    result: options.result ?? (code ? 'fail' : 'pass'),
    failure,
    error:
      options.result === 'error' ? { code: 'usb/no-access', message: 'No access.', hint: 'Install the rule.' } : null,
  };
}

/** What a probe keeps of a flash that failed: with protection and supply ruled out unless said otherwise. */
export function probeWords(facts: Readonly<Record<string, string | number>> = {}): Evidence {
  const ruledOut = { 'open sectors': '1 2 3 4 5 6 7 8 9 10 11', 'supply mV': 3300 };
  return {
    kind: 'probe',
    operation: 'flash',
    probe: 'V1',
    exitCode: 1,
    stages: [],
    facts: { ...ruledOut, ...facts },
    log: [],
  };
}

/** The run with its failing step done again, after a power cycle. */
export function twiceWithPowerOff(run: Recorded<UnjudgedRun>): Recorded<UnjudgedRun> {
  return { ...run, steps: [...run.steps, aStep('power-cycle', 'power-cycle'), run.steps.at(-1)!] };
}

function aStep(id: string, kind: string) {
  return {
    id,
    kind,
    phase: 'main' as const,
    attempt: 1,
    startedAtMs: 0,
    durationMs: 1000,
    result: 'passed' as const,
    failure: null,
    error: null,
    measurements: [],
    evidence: [],
  };
}

/** Eight sound fixtures, or as many as asked; `changed` by number. */
export function fixtures(
  count = 8,
  changed: Readonly<Record<number, Partial<FixtureStatus>>> = {},
): readonly FixtureStatus[] {
  return Array.from({ length: count }, (_, at) => ({
    station: null,
    number: at + 1,
    usable: true,
    stopped: null,
    lastRelease: null,
    lastGoldenPass: placeAt(-5),
    lastGoldenFail: null,
    challengeOverdue: false,
    openFaults: [],
    cable: `cable-${at + 1}`,
    ...changed[at + 1],
  }));
}

/** A judgement's input around a run, with nothing before it. */
export function input(run: UnjudgedRun, more: Partial<JudgementInput> = {}): JudgementInput {
  return {
    run,
    unitRuns: [],
    otherRuns: [],
    notes: [],
    voidedRunIds: new Set(),
    recentRuns: [],
    fixtures: fixtures(),
    openIntents: [],
    policy: defaultPolicy,
    ...more,
  };
}

/** The run as it is recorded with a verdict. */
export function judged(run: Recorded<UnjudgedRun>, verdict: Verdict, attempt = 1): RecordedRun {
  return { ...run, verdict, attempt };
}

/** Judges the runs of one unit one after another, each knowing those before; other runs of the station may be given. */
export function judgeAll(
  runs: readonly Recorded<UnjudgedRun>[],
  more: Partial<JudgementInput> = {},
): readonly RecordedRun[] {
  return runs.reduce<readonly RecordedRun[]>((unitRuns, run) => {
    const recentRuns = [...unitRuns.toReversed(), ...(more.recentRuns ?? [])].sort(
      (left, right) => Date.parse(right.endedAt) - Date.parse(left.endedAt),
    );
    const verdict = judgeRun(input(run, { ...more, unitRuns, recentRuns }));
    return unitRuns.concat(judged(run, verdict, unitRuns.length + 1));
  }, []);
}

/** `D5 retest, D8 rework`: rule and disposition of each run. */
export function decisions(runs: readonly RecordedRun[]): readonly string[] {
  return runs.map(({ verdict }) => `${verdict.rule} ${verdict.disposition}`);
}

/** Passes of other units on a fixture, newest first: witnesses that it can pass a unit. */
export function passesOn(fixture: number, from: number, count = 2): readonly RecordedRun[] {
  return Array.from({ length: count }, (_, at) => {
    const run = aRun({ unit: `W${fixture}-${from}-${at}`, fixture, at: from + at });
    return judged(run, judgeRun(input(run)));
  }).toReversed();
}

/** A bootloader of the product, from 0.4.9 on, seen by its descriptors. */
export const honestBootloader: readonly Evidence[] = [
  {
    kind: 'usb-identity',
    portPath: '1-1',
    vendorId: 0x2b04,
    productId: 0xd006,
    bcdDevice: 0x0250,
    transferSizeBytes: 4096,
  },
  { kind: 'bootloader', generation: 'v2.3.1', standing: 'current', moduleVersion: 1006 },
];

/** The board of the founding thread: Photon hardware with a bootloader from before production. */
export const foundingBootloader: readonly Evidence[] = [
  {
    kind: 'usb-identity',
    portPath: '1-1',
    vendorId: 0x1d50,
    productId: 0x607f,
    bcdDevice: 0x0200,
    manufacturer: 'Spark Devices',
    product: 'Spark Core DFU Mode',
    transferSizeBytes: 4096,
  },
  { kind: 'bootloader', generation: 'spark-2014-11-20', standing: 'foreign' },
];

/** What a probe saw that read these option bytes. */
export function probed(optcr: string): Evidence {
  return {
    kind: 'probe',
    operation: 'examine',
    probe: 'bench',
    exitCode: 0,
    stages: ['examine'],
    facts: { optcr },
    log: [],
  };
}
