// The page of one run of one unit: verdict on top, then the evidence for it; what the auditor reads.

import { defaultSignOffPolicy, type SignOffPolicy } from '../../domain/decisions/sign-off.ts';
import type { Signature } from '../../domain/people/signature.ts';
import type { RunRecord } from '../../domain/run/run.ts';
import type { Verdict } from '../../domain/run/verdict.ts';
import { formatUnitName } from '../../domain/unit/unit.ts';
import type { Repair } from '../../domain/unit/unit-note.ts';
import { html } from '../page/escape-html.ts';
import { renderPage } from '../page/page.ts';
import type { LotDistributions } from '../summary/lot-distribution.ts';
import { formatMoment } from '../text/format-numbers.ts';
import { dispositionLabels } from '../text/labels.ts';
import { renderBarcode } from './barcode.ts';
import { renderFlashMap } from './flash-map.ts';
import { renderImageTimes } from './image-times.ts';
import { renderMeasurementTable } from './measurements.ts';
import { renderObservations } from './observations.ts';
import { renderTimeline } from './timeline.ts';
import { renderHashes, renderIdentity, renderRepairs, renderSignatures, renderUnitHistory } from './traceability.ts';
import { renderSerialTranscript } from './transcript.ts';
import { renderRunFacts, renderVerdictBanner, renderVerdictReasons } from './verdict.ts';

/** What is known around a run: the unit's other runs, how the lot is spread, who signed, what was done since. */
export interface UnitContext {
  readonly history?: readonly RunRecord[];
  readonly lot?: LotDistributions;
  readonly signatures?: readonly Signature[];
  /** The verdict that the signatures made of the recorded one. */
  readonly standing?: Verdict;
  /** Repairs and releases of the unit between this run and its next. */
  readonly repairs?: readonly Repair[];
  /** What the station asks of those who sign; the safe policy when left out. */
  readonly policy?: SignOffPolicy;
}

/** A self-contained HTML file of at most 60 KB: no script, nothing fetched. */
export function renderUnitPage(recorded: RunRecord, context: UnitContext = {}): string {
  const run = context.standing ? { ...recorded, verdict: context.standing } : recorded;
  const name = formatUnitName(run.unit);
  const signed = (context.signatures ?? []).filter((signature) => signature.runId === run.runId);
  return renderPage(`${name} · ${dispositionLabels[run.verdict.disposition].word}`, [
    html`<header class="top"><div><b>Flashline</b> unit report<br>${run.product} · batch ${run.batch} · ${formatMoment(run.startedAt)}</div>${renderBarcode(name)}</header>
`,
    renderVerdictBanner(run),
    renderVerdictReasons(run),
    renderRunFacts(run),
    renderFlashMap(run),
    renderTimeline(run),
    renderImageTimes(run),
    renderMeasurementTable(run, context.lot ?? new Map()),
    renderObservations(run),
    renderSerialTranscript(run),
    renderIdentity(run),
    renderHashes(run),
    renderSignatures(run, signed, context.policy ?? defaultSignOffPolicy),
    renderRepairs(context.repairs ?? []),
    renderUnitHistory(run, context.history ?? []),
    html`<footer>Run ${run.runId}. Everything that was recorded is in the JSON beside this page. Nothing in this file is fetched or executed.</footer>`,
  ]);
}
