// Whose the bytes in the erased sectors are: the file's, what was kept around it, and what was lost with the erase.
import { formatHex32 } from '../../base/bytes.ts';
import type { AddressRange, FlashImageEvidence } from '../../domain/run/evidence.ts';
import { drawBox } from '../page/drawing.ts';
import { html, type Insert, type Markup } from '../page/escape-html.ts';
import { renderMonospace, renderTable } from '../page/page.ts';
import { formatByteSize, formatFigure } from '../text/format-numbers.ts';

/** Ranges drawn and listed at most; linkers make some ten pieces. */
const MAX_RANGES = 60;

const CONTENT_LABELS = {
  file: { word: 'the file’s', look: 'b' },
  kept: { word: 'kept: read before, written back, compared', look: 'pass' },
  lost: { word: 'lost: erased with its sector', look: 'retest' },
} as const;

type ContentKind = keyof typeof CONTENT_LABELS;

interface ContentRange extends AddressRange {
  readonly kind: ContentKind;
  readonly image: string;
}

/** Where the file's bytes are; older records know only from where on. */
export function listPieces({ pieces, address, sizeBytes }: FlashImageEvidence): readonly AddressRange[] {
  return pieces?.slice(0, MAX_RANGES) ?? [{ address, sizeBytes }];
}

/** What lies around the images in their sectors, over the strip of sectors: kept is hatched, lost is bare. */
export function drawRests(
  images: readonly FlashImageEvidence[],
  strip: { readonly left: number; readonly width: number },
  down: (address: number) => number,
): readonly Markup[] {
  return listContent(images)
    .filter(({ kind }) => kind !== 'file')
    .slice(0, MAX_RANGES)
    .map(({ kind, address, sizeBytes }) => {
      const top = down(address);
      const box = { x: strip.left + 1, y: top, width: strip.width - 2, height: down(address + sizeBytes) - top };
      const name = `${formatRange({ address, sizeBytes })}: ${CONTENT_LABELS[kind].word}`;
      return html`<g><title>${name}</title>${[drawBox(box, kind === 'lost' ? 'soft-quiet' : '', kind === 'kept' ? 'url(#fk)' : undefined)]}</g>`;
    });
}

/** The same as a table, by address; an empty insert for records that do not tell. */
export function renderContentTable(images: readonly FlashImageEvidence[]): Insert {
  const content = listContent(images);
  if (content.length === 0) return null;
  const rows = content
    .slice(0, MAX_RANGES)
    .map((range) => [
      renderMonospace(formatRange(range)),
      formatByteSize(range.sizeBytes),
      range.image,
      html`<span class="${CONTENT_LABELS[range.kind].look}">${CONTENT_LABELS[range.kind].word}</span>`,
    ]);
  const more = content.length - rows.length;
  return html`${renderTable(['Addresses', { number: 'Size' }, 'Image', 'What is there'], rows)}${more > 0 && html`<p class="soft small">and ${formatFigure(more)} ranges more, in the JSON of this run</p>`}`;
}

function listContent(images: readonly FlashImageEvidence[]): readonly ContentRange[] {
  const content = images.flatMap((image) => {
    const label = (kind: ContentKind, ranges: readonly AddressRange[] = []): readonly ContentRange[] =>
      ranges.map((range) => ({ ...range, kind, image: image.image }));
    return [...label('file', image.pieces), ...label('kept', image.kept), ...label('lost', image.lost)];
  });
  return content.toSorted((left, right) => left.address - right.address);
}

function formatRange({ address, sizeBytes }: AddressRange): string {
  return `${formatHex32(address)} to ${formatHex32(address + sizeBytes - 1)}`;
}
