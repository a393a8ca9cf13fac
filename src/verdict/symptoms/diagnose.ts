// The symptom table: evidence of a failure in, class, likely cause and what people are told out.
//
// Row numbers are those of the table of known symptoms. Each of its 43 rows that a station can meet has a row here.
// Rows that cannot be met, or not in one run, and why:
//   12  `-s` missing or 0: a habit of dfu-util's command line; addresses are in the recipe, 0 is allowed.
//   13  more than one DFU device: a fixture is bound to a port path, others are never looked at.
//   14  wrong board flashed though an id was given: as 13, and the id in DFU mode is checked (row 16, `usb/wrong-device`).
//   5   works on a USB 2 port only: shows as row 4 on one fixture; the fixture's stop rules find it.
//   42  virtual machine passes one product id only: shows as row 17 on all fixtures at once; rule D1 finds it.
//   2, 3, 37, 43  permission or driver: one row with 1 (no-access); 41 port list without vendor id: ports go by path (text of G4s).
import type { FailureCode } from '../../domain/run/failure.ts';
import type { UnjudgedRun } from '../../domain/run/run.ts';
import { busSymptoms } from './bus.ts';
import { collectFailureFacts } from './failure-facts.ts';
import { flashSymptoms } from './flash.ts';
import { identitySymptoms } from './identity.ts';
import { probeSymptoms } from './probe.ts';
import { serialSymptoms } from './serial.ts';
import { findStationSymptom } from './station-error.ts';
import type { Symptom, SymptomRows } from './symptom.ts';
import { testResultSymptoms } from './test-result.ts';

/** Every failure code has its rows: a new code without one does not compile. */
export const symptomTable: Readonly<Record<FailureCode, SymptomRows>> = {
  ...busSymptoms,
  ...flashSymptoms,
  ...serialSymptoms,
  ...testResultSymptoms,
  ...identitySymptoms,
  ...probeSymptoms,
};

/** Classes whose failures are only the same when they are at the same place in flash. */
const CLASSES_WITH_LOCATION: readonly string[] = ['F4', 'F5', 'F6', 'F7'];

/** What a failed run shows: the row of the symptom table, and where. */
export interface Diagnosis {
  readonly symptom: Symptom;
  readonly code: FailureCode | null;
  /** Equal for two runs that failed in the same way at the same place: class, step, and the sector or address where it has one. */
  readonly signature: string;
}

/** The diagnosis of a run that failed or errored; null for one that did neither. */
export function diagnoseRun(run: UnjudgedRun): Diagnosis | null {
  if (run.result === 'error') return buildDiagnosis(findStationSymptom(run.error), run);
  if (!run.failure) return null;
  const facts = collectFailureFacts(run, run.failure);
  const held = facts.usbError?.error;
  if (held === 'busy' || held === 'no-access') {
    return buildDiagnosis(findStationSymptom({ code: held, message: '', hint: '' }), run);
  }
  const rows: readonly Symptom[] = symptomTable[run.failure.code];
  return buildDiagnosis(rows.find((row) => row.when?.(facts) ?? true)!, run);
}

function buildDiagnosis(symptom: Symptom, run: UnjudgedRun): Diagnosis {
  const code = run.failure?.code ?? null;
  const step = run.steps.findLast((candidate) => code !== null && candidate.failure?.code === code);
  const site = run.failure?.site;
  const place = CLASSES_WITH_LOCATION.includes(symptom.class) ? (site?.sector ?? site?.address ?? '') : '';
  return { symptom, code, signature: [symptom.class, step?.id ?? '', place].join('/') };
}
