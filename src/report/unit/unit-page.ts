// The page of one run of one unit: verdict on top, then the evidence for it; what the auditor reads.

import type { RunRecord } from '../../domain/run/run.ts';
import type { Verdict } from '../../domain/run/verdict.ts';
import type { Signature } from '../../domain/unit/signature.ts';
import { unitName } from '../../domain/unit/unit.ts';
import type { Repair } from '../../domain/unit/unit-note.ts';
import { html } from '../page/escape-html.ts';
import { page } from '../page/page.ts';
import type { Lot } from '../summary/lot-distribution.ts';
import { momentText } from '../text/format-numbers.ts';
import { dispositionWords } from '../text/labels.ts';
import { barcodeOf } from './barcode.ts';
import { flashMap } from './flash-map.ts';
import { imageTimes } from './image-times.ts';
import { measurementTable } from './measurements.ts';
import { observations } from './observations.ts';
import { timeLine } from './timeline.ts';
import { doneSince, hashes, history, identity, signatures } from './traceability.ts';
import { serialTranscript } from './transcript.ts';
import { runFacts, verdictBanner, verdictReasons } from './verdict.ts';

/** What is known around a run: the unit's other runs, how the lot is spread, who signed, what was done since. */
export interface UnitContext {
  readonly history?: readonly RunRecord[];
  readonly lot?: Lot;
  readonly signatures?: readonly Signature[];
  /** The verdict that the signatures made of the recorded one. */
  readonly standing?: Verdict;
  /** Repairs and releases of the unit between this run and its next. */
  readonly repairs?: readonly Repair[];
}

/** A self-contained HTML file of at most 60 KB: no script, nothing fetched. */
export function renderUnitPage(recorded: RunRecord, context: UnitContext = {}): string {
  const run = context.standing ? { ...recorded, verdict: context.standing } : recorded;
  const name = unitName(run.unit);
  const signed = (context.signatures ?? []).filter((signature) => signature.runId === run.runId);
  return page(`${name} · ${dispositionWords[run.verdict.disposition].word}`, [
    html`<header class="top"><div><b>Flashline</b> unit report<br>${run.product} · batch ${run.batch} · ${momentText(run.startedAt)}</div>${barcodeOf(name)}</header>
`,
    verdictBanner(run),
    verdictReasons(run),
    runFacts(run),
    flashMap(run),
    timeLine(run),
    imageTimes(run),
    measurementTable(run, context.lot ?? new Map()),
    observations(run),
    serialTranscript(run),
    identity(run),
    hashes(run),
    signatures(run, signed),
    doneSince(context.repairs ?? []),
    history(run, context.history ?? []),
    html`<footer>Run ${run.runId}. Everything that was recorded is in the JSON beside this page. Nothing in this file is fetched or executed.</footer>`,
  ]);
}
