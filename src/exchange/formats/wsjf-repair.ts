// Repairs and scrap as WATS repair reports: what failed, who did what about it, and the test report it answers.
import { type DecidedRun, signaturesOn } from '../../domain/run/decided-run.ts';
import { failingStep } from '../../domain/run/failing-step.ts';
import type { RunRecord, StepRecord } from '../../domain/run/run.ts';
import { uniqueIds } from '../deterministic-ids.ts';
import type { ExportOptions } from '../export-format.ts';
import { entersYields } from '../result-map.ts';
import { runTimes } from '../run-times.ts';
import { clean, message, namesOf } from './wsjf-text.ts';
import type { UniqueStarts } from './wsjf-unique-starts.ts';

/** The step that decided a run that did not pass, and its number in the test report. */
export function causingStep(run: RunRecord): { readonly step: StepRecord; readonly id: number } | undefined {
  const step = run.result === 'pass' ? undefined : failingStep(run);
  return step && { step, id: run.steps.indexOf(step) + 1 };
}

/** How a repair report hangs together with the others. */
interface Ties {
  /** Id of the run's test report; null when it is not exported. */
  readonly refUUT: string | null;
  readonly shiftOf: UniqueStarts;
}

/** One report per repair after the run, and one when people scrapped the unit; fields of WSJF type R. */
export function repairReports(
  run: DecidedRun,
  options: ExportOptions,
  ties: Ties,
): readonly Readonly<Record<string, unknown>>[] {
  const acts = entersYields(run) ? actsOf(run) : [];
  if (acts.length === 0) return [];
  const nextId = uniqueIds(`wsjf repair ${run.runId}`);
  const names = namesOf(run);
  return acts.map((act) => {
    const key = { ...names, processCode: options.repairCode };
    const times = runTimes({ startedAt: act.at }, ties.shiftOf(key, Date.parse(act.at)));
    return {
      type: 'R',
      id: nextId(),
      ...names,
      processCode: options.repairCode,
      result: act.result,
      machineName: clean(run.station),
      location: clean(options.location),
      purpose: 'Repair',
      start: times.zoned(0),
      startUTC: times.utc(0),
      uur: {
        user: clean(act.by),
        comment: message(act.comment),
        execTime: 0,
        processCode: options.processCode,
        ...(ties.refUUT ? { refUUT: ties.refUUT } : {}),
        confirmDate: times.utc(0),
        finalizeDate: times.utc(0),
      },
      subUnits: [{ idx: 0, partType: 'Main', ...names, failures: [failureOf(run, act)] }],
      miscInfos: [{ description: 'run id', text: clean(run.runId) }],
    };
  });
}

/** What somebody did about a unit: P when it may be tested again, F when that was its end. */
interface Act {
  readonly what: 'repaired' | 'scrapped';
  readonly result: 'P' | 'F';
  readonly at: string;
  readonly by: string;
  readonly comment: string;
}

function actsOf(run: DecidedRun): readonly Act[] {
  const repairs = (run.afterwards ?? []).flatMap((note): readonly Act[] =>
    note.kind === 'repaired' ? [{ what: 'repaired', result: 'P', at: note.at, by: note.by, comment: note.cause }] : [],
  );
  return run.verdict.disposition === 'scrap' ? [...repairs, ...scrapping(run)] : repairs;
}

/** Scrap is the act of the last who signed; all are named. */
function scrapping(run: DecidedRun): readonly Act[] {
  const signed = signaturesOn(run).filter(({ decision }) => decision === 'scrap');
  const last = signed.at(-1);
  if (!last) return [];
  const comment = signed.map(({ by, role, reason }) => `${by} (${role}): ${reason}`).join('; ');
  return [{ what: 'scrapped', result: 'F', at: last.at, by: last.by, comment }];
}

function failureOf(run: RunRecord, act: Act): Readonly<Record<string, unknown>> {
  const trouble = run.failure ?? run.error;
  const code = trouble?.code ?? run.verdict.rule;
  const cause = causingStep(run);
  return {
    category: clean(act.what === 'scrapped' ? 'scrap' : (code.split('/')[0] ?? code)),
    code: clean(code),
    comment: message(trouble?.message ?? run.verdict.ruleText),
    ...(run.failure?.site.image ? { comRef: clean(run.failure.site.image) } : {}),
    ...(cause ? { refStepId: cause.id, refStepName: clean(cause.step.id) } : {}),
  };
}
