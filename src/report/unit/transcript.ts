// What was said over the serial line, with every control character shown and none in effect.
import type { TranscriptEntry, TranscriptEvidence } from '../../domain/run/evidence.ts';
import type { RunRecord } from '../../domain/run/run.ts';
import { html, type Insert, type Markup } from '../page/escape-html.ts';
import { renderSection } from '../page/page.ts';
import { formatByteSize, formatCount } from '../text/format-numbers.ts';

/** Characters printed per page and per entry; the rest stays in the JSON, byte by byte. */
const MAX_CHARACTERS = 7000;
const MAX_ENTRY_CHARACTERS = 1500;
const MAX_ENTRIES = 120;

/** Null when nothing was said. */
export function renderSerialTranscript(run: RunRecord): Insert {
  const transcripts = run.steps.flatMap((step) => step.evidence.filter((evidence) => evidence.kind === 'transcript'));
  const entries = transcripts.flatMap((transcript) => transcript.entries);
  if (entries.length === 0) return null;
  const shown = limitEntries(entries);
  return renderSection(
    'Serial transcript',
    'controls are shown as pictures, bytes that are no text as ⟨hex⟩',
    html`<div class="transcript">${shown.map(renderEntry)}</div>${renderRemarks(entries, shown, transcripts)}`,
    true,
  );
}

/** Text with every control and invisible character replaced by a picture or its code; line ends are kept and shown. */
function formatSerialBytes(bytes: Uint8Array): string {
  return new TextDecoder('utf-8')
    .decode(bytes)
    .replace(/[\u0000-\u0009\u000b-\u001f]/g, (control) => String.fromCodePoint(0x2400 + control.codePointAt(0)!))
    .replace(/\n/g, '␊\n')
    .replace(/\u007f/g, '␡')
    .replace(INVISIBLE, (character) => `⟨${character.codePointAt(0)!.toString(16)}⟩`);
}

/** C1 controls, zero-width and direction marks, tags, and the replacement of bytes that are no UTF-8. */
const INVISIBLE = /[\u0080-\u009f\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufffd\u{e0000}-\u{e007f}]/gu;

function renderEntry({ atMs, direction, rawBase64 }: TranscriptEntry): Markup {
  const sent = direction === 'sent';
  return html`<div><span class="at">${Math.round(atMs)} ms</span><span>${sent ? '▸' : ' '}</span><span${sent && html` class="out"`}>${renderSerialLines(rawBase64)}</span></div>
`;
}

/** Line by line, because a template shows a line end as a dot. */
function renderSerialLines(rawBase64: string): readonly Insert[] {
  const text = formatSerialBytes(Buffer.from(rawBase64, 'base64'));
  const cut = text.length > MAX_ENTRY_CHARACTERS;
  const lines = text.slice(0, MAX_ENTRY_CHARACTERS).replace(/\n$/, '').split('\n');
  return [
    ...lines.map((line, at) => html`${at > 0 && html`<br>`}${line}`),
    cut && html` <i>… ${formatByteSize(text.length - MAX_ENTRY_CHARACTERS)} more</i>`,
  ];
}

function limitEntries(entries: readonly TranscriptEntry[]): readonly TranscriptEntry[] {
  let left = MAX_CHARACTERS;
  const shown: TranscriptEntry[] = [];
  for (const entry of entries) {
    left -= Math.min(MAX_ENTRY_CHARACTERS, entry.rawBase64.length * 0.75) + 40;
    if (left < 0 || shown.length >= MAX_ENTRIES) break;
    shown.push(entry);
  }
  return shown;
}

function renderRemarks(
  entries: readonly TranscriptEntry[],
  shown: readonly TranscriptEntry[],
  transcripts: readonly TranscriptEvidence[],
): Insert {
  const hidden = entries.length - shown.length;
  return [
    hidden > 0 &&
      html`<p class="soft small">${formatCount(hidden, 'further entry', 'further entries')} in the JSON beside this page.</p>`,
    transcripts.some((transcript) => transcript.truncated) &&
      html`<p class="soft small">The unit said more than the record keeps.</p>`,
  ];
}
