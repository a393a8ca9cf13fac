// Repairs and scrap as WATS repair reports: what failed, who did what about it, and the test report it answers.
import { type DecidedRun, listRunSignatures } from '../../domain/decisions/decided-run.ts';
import { findFailingStep } from '../../domain/run/failing-step.ts';
import type { RunRecord, StepRecord } from '../../domain/run/run.ts';
import { createDeterministicIds } from '../deterministic-ids.ts';
import type { ExportOptions } from '../export-format.ts';
import { shouldEnterYields } from '../result-map.ts';
import { createRunTimes } from '../run-times.ts';
import { buildWsjfNames, cleanWsjfText, formatWsjfMessage } from './wsjf-text.ts';
import type { UniqueStarts } from './wsjf-unique-starts.ts';

/** The step that decided a run that did not pass, and its number in the test report. */
export function findCausingStep(run: RunRecord): { readonly step: StepRecord; readonly id: number } | undefined {
  const step = run.result === 'pass' ? undefined : findFailingStep(run);
  return step && { step, id: run.steps.indexOf(step) + 1 };
}

/** How a repair report hangs together with the others. */
interface RepairReportLinks {
  /** Id of the run's test report; null when it is not exported. */
  readonly refUUT: string | null;
  readonly shiftOf: UniqueStarts;
}

/** One report per repair after the run, and one when people scrapped the unit; fields of WSJF type R. */
export function buildRepairReports(
  run: DecidedRun,
  options: ExportOptions,
  ties: RepairReportLinks,
): readonly Readonly<Record<string, unknown>>[] {
  const acts = shouldEnterYields(run) ? listUnitActions(run) : [];
  if (acts.length === 0) return [];
  const nextId = createDeterministicIds(`wsjf repair ${run.runId}`);
  const names = buildWsjfNames(run);
  return acts.map((act) => {
    const key = { ...names, processCode: options.repairCode };
    const times = createRunTimes({ startedAt: act.at }, ties.shiftOf(key, Date.parse(act.at)));
    return {
      type: 'R',
      id: nextId(),
      ...names,
      processCode: options.repairCode,
      result: act.result,
      machineName: cleanWsjfText(run.station),
      location: cleanWsjfText(options.location),
      purpose: 'Repair',
      start: times.toZonedIso(0),
      startUTC: times.toUtcIso(0),
      uur: {
        user: cleanWsjfText(act.by),
        comment: formatWsjfMessage(act.comment),
        execTime: 0,
        processCode: options.processCode,
        ...(ties.refUUT ? { refUUT: ties.refUUT } : {}),
        confirmDate: times.toUtcIso(0),
        finalizeDate: times.toUtcIso(0),
      },
      subUnits: [{ idx: 0, partType: 'Main', ...names, failures: [buildWsjfFailure(run, act)] }],
      miscInfos: [{ description: 'run id', text: cleanWsjfText(run.runId) }],
    };
  });
}

/** What somebody did about a unit: P when it may be tested again, F when that was its end. */
interface UnitAction {
  readonly what: 'repaired' | 'scrapped';
  readonly result: 'P' | 'F';
  readonly at: string;
  readonly by: string;
  readonly comment: string;
}

function listUnitActions(run: DecidedRun): readonly UnitAction[] {
  const repairs = (run.afterwards ?? []).flatMap((note): readonly UnitAction[] =>
    note.kind === 'repaired' ? [{ what: 'repaired', result: 'P', at: note.at, by: note.by, comment: note.cause }] : [],
  );
  return run.verdict.disposition === 'scrap' ? [...repairs, ...buildScrapActions(run)] : repairs;
}

/** Scrap is the act of the last who signed; all are named. */
function buildScrapActions(run: DecidedRun): readonly UnitAction[] {
  const signed = listRunSignatures(run).filter(({ decision }) => decision === 'scrap');
  const last = signed.at(-1);
  if (!last) return [];
  const comment = signed.map(({ by, role, reason }) => `${by} (${role}): ${reason}`).join('; ');
  return [{ what: 'scrapped', result: 'F', at: last.at, by: last.by, comment }];
}

function buildWsjfFailure(run: RunRecord, act: UnitAction): Readonly<Record<string, unknown>> {
  const trouble = run.failure ?? run.error;
  const code = trouble?.code ?? run.verdict.rule;
  const cause = findCausingStep(run);
  return {
    category: cleanWsjfText(act.what === 'scrapped' ? 'scrap' : (code.split('/')[0] ?? code)),
    code: cleanWsjfText(code),
    comment: formatWsjfMessage(trouble?.message ?? run.verdict.ruleText),
    ...(run.failure?.site.image ? { comRef: cleanWsjfText(run.failure.site.image) } : {}),
    ...(cause ? { refStepId: cause.id, refStepName: cleanWsjfText(cause.step.id) } : {}),
  };
}
