// Runs as a station writes them, for the tests of the record: everything can be overridden, nothing needs to be.
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createVirtualClock } from '../../src/base/clock.ts';
import type { Evidence } from '../../src/domain/run/evidence.ts';
import type { RunHeader, RunRecord, StepRecord } from '../../src/domain/run/run.ts';
import type { Verdict } from '../../src/domain/run/verdict.ts';
import type { UnitIdentity } from '../../src/domain/unit/unit.ts';
import { type OpenRecordOptions, openRecord, type StationRecord } from '../../src/record/open-record.ts';

export const STATION = 'bench-1';

/** What a run is made of; the rest follows. */
export interface SampleRun {
  readonly number?: number;
  readonly runId?: string;
  readonly fixture?: number;
  readonly batch?: string;
  readonly recipe?: string;
  readonly unit?: UnitIdentity;
  readonly purpose?: RunRecord['purpose'];
  readonly day?: string;
  readonly result?: RunRecord['result'];
  readonly steps?: readonly StepRecord[];
  readonly verdict?: Partial<Verdict>;
  readonly attempt?: number;
}

export function sampleHeader(sample: SampleRun = {}): RunHeader {
  const number = sample.number ?? 1;
  return {
    runId: sample.runId ?? `run-${String(number).padStart(7, '0')}`,
    station: STATION,
    fixture: sample.fixture ?? 1,
    portPath: `1-4.${sample.fixture ?? 1}`,
    cable: null,
    batch: sample.batch ?? 'B-1',
    operator: 'mia',
    purpose: sample.purpose ?? 'production',
    product: 'photon',
    recipe: { name: sample.recipe ?? 'photon-2.3.1', revision: '1', sha256: 'ab'.repeat(32), images: [] },
    program: 'flashline 0.1.0',
    instance: 'host/1',
    startedAt: `${sample.day ?? '2026-01-05'}T07:00:00.000+01:00`,
    unit: sample.unit ?? { deviceId: String(number).padStart(24, '0') },
  };
}

export function sampleStep(fields: Partial<StepRecord> = {}): StepRecord {
  return {
    id: 'flash',
    kind: 'dfu-flash',
    phase: 'main',
    attempt: 1,
    startedAtMs: 100,
    durationMs: 900,
    result: 'passed',
    failure: null,
    error: null,
    measurements: [],
    evidence: [],
    ...fields,
  };
}

export function sampleRun(sample: SampleRun = {}): RunRecord {
  const result = sample.result ?? 'pass';
  const passed = result === 'pass';
  const failure = result === 'fail' ? sampleFailure() : null;
  return {
    ...sampleHeader(sample),
    endedAt: `${sample.day ?? '2026-01-05'}T07:00:20.000+01:00`,
    durationMs: 20_000,
    steps: sample.steps ?? [sampleStep(failure ? { result: 'failed', failure } : {})],
    result,
    failure,
    error: null,
    verdict: {
      disposition: passed ? 'pass' : 'retest',
      rule: passed ? 'D0' : 'D5',
      ruleText: 'rule in words',
      code: failure?.code ?? null,
      operatorText: 'text',
      engineerText: 'text',
      because: ['a reason'],
      suspects: [],
      marks: [],
      wouldChange: 'nothing',
      instruction: { do: 'put-in-bin', bin: passed ? 'pass' : 'retest' },
      countsAgainstUnit: result === 'fail',
      ...sample.verdict,
    },
    attempt: sample.attempt ?? 1,
  };
}

/** A piece of evidence too bulky to stay in the record itself. */
export function bulkyEvidence(text = 'received'): Evidence {
  const rawBase64 = Buffer.from(text.repeat(100)).toString('base64');
  return { kind: 'transcript', entries: [{ atMs: 1, direction: 'received', rawBase64 }], truncated: false };
}

function sampleFailure(): NonNullable<RunRecord['failure']> {
  return {
    code: 'dfu/erase-stalled',
    message: 'Sector 5 was refused',
    site: { sector: 5 },
    evidence: [{ kind: 'note', text: 'stalled' }],
  };
}

/** Begins, steps and finishes a run; `meanwhile` happens before its end. */
export async function writeRun(
  record: StationRecord,
  sample: SampleRun = {},
  meanwhile: () => void = () => undefined,
): Promise<RunRecord> {
  const run = sampleRun(sample);
  await record.journal.beginRun(sampleHeader(sample));
  for (const step of run.steps) await record.journal.recordStep(run.runId, step);
  meanwhile();
  await record.journal.finishRun(run);
  return run;
}

/** Syncing costs nothing in memory: these tests are about what is written, the faults lane is about disks. */
const FASTEST_DISK = existsSync('/dev/shm') ? '/dev/shm' : tmpdir();

/** A folder of its own for one test; `dispose` removes it. */
export function temporaryFolder(): { readonly path: string; dispose(): void } {
  const path = mkdtempSync(join(FASTEST_DISK, 'flashline-record-'));
  return { path, dispose: () => rmSync(path, { recursive: true, force: true }) };
}

/** Opens a record in a folder as the program would. */
export function openSample(directory: string, place: Partial<OpenRecordOptions> = {}): Promise<StationRecord> {
  return openRecord({ directory, station: STATION, clock: createVirtualClock(), program: 'flashline 0.1.0', ...place });
}
