// The unit's flash as a picture: every sector to scale, the images on it, and what became of each sector.
import { formatHex32 } from '../../base/bytes.ts';
import { clipText } from '../../base/visible-text.ts';
import type { FlashImageEvidence, SectorStatus } from '../../domain/run/evidence.ts';
import type { RunRecord } from '../../domain/run/run.ts';
import { drawBox, drawLabel, drawLine, drawStripes, renderDrawing } from '../page/drawing.ts';
import { html, type Insert, type Markup } from '../page/escape-html.ts';
import { drawGlyph } from '../page/glyph.ts';
import { renderSection } from '../page/page.ts';
import { formatByteSize, formatDuration } from '../text/format-numbers.ts';
import { sectorStatusLabels } from '../text/labels.ts';
import { drawRests, listPieces, renderContentTable } from './flash-content.ts';
import { findMemoryRegions, type MemoryRegion, type MemorySector } from './memory-map.ts';

type SectorOutcome = SectorStatus['fate'];

/** Neighbouring sectors with the same story are one row where there are many. */
interface SectorRow {
  readonly first: MemorySector;
  readonly last: MemorySector;
  readonly fate: SectorOutcome;
  readonly eraseMs: number | null;
  /** Image whose sector it is; null for sectors that no image touches. */
  readonly image: string | null;
  readonly failing: boolean;
}

/** Every image as it was last flashed, whichever attempt that was. */
function findLastFlashedImages(run: RunRecord): readonly FlashImageEvidence[] {
  const byPlace = new Map<string, FlashImageEvidence>();
  for (const step of run.steps) {
    for (const evidence of step.evidence) {
      if (evidence.kind === 'flash-image')
        byPlace.set(`${evidence.alternate}/${evidence.address}/${evidence.image}`, evidence);
    }
  }
  return [...byPlace.values()];
}

/** One picture per memory; an empty insert when nothing was flashed. */
export function renderFlashMap(run: RunRecord): Insert {
  const images = findLastFlashedImages(run);
  const memories = findMemoryRegions(run, images).filter((memory) => memory.sectors.length > 0);
  if (memories.length === 0) return null;
  const pictures = memories.map((memory) => {
    const onIt = images.filter((image) => image.alternate === memory.alternate);
    return html`${memories.length > 1 && html`<h3>${memory.name}</h3>`}${drawMemory(run, memory, onIt)}${renderContentTable(onIt)}`;
  });
  return renderSection('Flash map', 'sectors to scale, as this run left them', pictures);
}

const WIDTH = 1000;
const STRIP = { left: 236, width: 150 };
const IMAGE_BAR = { left: 208, width: 20 };
const LABELS_AT = 430;
const ROW_HEIGHT = 30;
const HEADING = 24;
const HEADINGS = [
  ['image', IMAGE_BAR.left - 16, 'e'],
  ['memory', STRIP.left, ''],
  ['sector', LABELS_AT, ''],
  ['address', LABELS_AT + 66, ''],
  ['size', LABELS_AT + 196, 'e'],
  ['holds', LABELS_AT + 212, ''],
  ['after this run', LABELS_AT + 348, ''],
  ['erase', WIDTH - 8, 'e'],
] as const;
const MAX_SINGLE_ROWS = 24;
/** Rows drawn at most; beyond that the picture ends and says so. */
const MAX_ROWS = 60;

function drawMemory(run: RunRecord, memory: MemoryRegion, images: readonly FlashImageEvidence[]): Markup {
  const rows = buildSectorRows(run, memory, images).slice(0, MAX_ROWS);
  const start = memory.sectors[0]!.address;
  const last = memory.sectors.at(-1)!;
  const spanBytes = last.address + last.sizeBytes - start;
  const height = HEADING + Math.max(rows.length * ROW_HEIGHT, 120) + 2;
  const down = (address: number): number => HEADING + 1 + ((address - start) / spanBytes) * (height - HEADING - 2);
  const pitch = (height - HEADING) / rows.length;
  return renderDrawing(WIDTH, height, `Flash map of ${memory.name}`, [
    html`<defs>${drawStripes('fx', 45, 5)}${drawStripes('fy', -45, 5)}${drawStripes('fw', 90, 7)}${drawStripes('fk', 0, 4)}</defs>`,
    ...HEADINGS.map(([text, x, look]) => drawLabel(text, x, 13, `s ${look}`)),
    ...drawImageBars(images, down, height),
    ...rows.map((row, at) => drawSectorRow(row, HEADING + (at + 0.5) * pitch, pitch, down)),
    ...drawRests(images, STRIP, down),
    drawFailurePointer(run, memory, down),
  ]);
}

function drawSectorRow(row: SectorRow, middle: number, rowHeight: number, down: (address: number) => number): Markup {
  const { word, shape, tone } = sectorStatusLabels[row.fate];
  const top = down(row.first.address);
  const bottom = down(row.last.address + row.last.sizeBytes);
  const field = { x: STRIP.left, y: top, width: STRIP.width, height: bottom - top };
  const bad = row.failing || tone === 'fail';
  const quiet = row.image === null && !bad;
  const text = bad ? 'b' : quiet ? 's' : '';
  return html`<g>${[
    bad &&
      drawBox(
        { x: LABELS_AT - 12, y: middle - rowHeight / 2 + 1, width: WIDTH - LABELS_AT + 12, height: rowHeight - 2 },
        'soft-fail',
      ),
    drawBox(field, quiet ? 'soft-quiet' : `fill-${bad ? 'fail' : tone}`),
    bad && drawBox(field, '', 'url(#fx)'),
    bad && drawBox(field, '', 'url(#fy)'),
    !bad && tone === 'retest' && drawBox(field, '', 'url(#fw)'),
    drawLine(
      [
        [STRIP.left, top],
        [STRIP.left + STRIP.width, top],
      ],
      'axis',
    ),
    bad &&
      html`<rect x="${STRIP.left}" y="${top}" width="${STRIP.width}" height="${Math.max(4, bottom - top)}" fill="none" class="line-fail" stroke-width="3"/>`,
    drawLine(
      [
        [STRIP.left + STRIP.width + 3, (top + bottom) / 2],
        [STRIP.left + STRIP.width + 22, middle],
        [LABELS_AT - 14, middle],
      ],
      bad ? 'leader line-fail' : 'leader',
    ),
    drawLabel(formatSectorNumbers(row), LABELS_AT, middle + 4.5, `${text} b`),
    drawLabel(formatHex32(row.first.address), LABELS_AT + 66, middle + 4.5, `mono ${text}`),
    drawLabel(
      formatByteSize(row.last.address + row.last.sizeBytes - row.first.address),
      LABELS_AT + 196,
      middle + 4.5,
      `e ${text}`,
    ),
    drawLabel(clipText(row.image ?? row.first.use ?? '', 20), LABELS_AT + 212, middle + 4.5, text),
    drawGlyph(shape, LABELS_AT + 348, middle - 7, 14, bad ? 'fail' : tone),
    drawLabel(word, LABELS_AT + 368, middle + 4.5, bad ? 'fail b' : quiet ? 's' : `${tone}`),
    row.eraseMs !== null && drawLabel(formatDuration(row.eraseMs), WIDTH - 8, middle + 4.5, 'e s'),
  ]}</g>
`;
}

function formatSectorNumbers({ first, last }: SectorRow): string {
  return first.number === last.number ? `${first.number}` : `${first.number}–${last.number}`;
}

/** Images as brackets left of the strip, their names kept apart. */
function drawImageBars(
  images: readonly FlashImageEvidence[],
  down: (address: number) => number,
  height: number,
): readonly Markup[] {
  let lowestFree = HEADING + 12;
  return [...images]
    .sort((left, right) => left.address - right.address)
    .map((image) => {
      const top = down(image.address);
      const last = listPieces(image).at(-1)!;
      const bottom = Math.max(top + 2, down(last.address + last.sizeBytes));
      const text = Math.min(height - 18, Math.max(lowestFree, (top + bottom) / 2));
      lowestFree = text + 34;
      return html`<g>${[
        ...listPieces(image).map((piece) => {
          const y = down(piece.address);
          const height = Math.max(2, down(piece.address + piece.sizeBytes) - y);
          return drawBox({ x: IMAGE_BAR.left, y, width: IMAGE_BAR.width, height }, 'image');
        }),
        drawLine(
          [
            [IMAGE_BAR.left - 3, (top + bottom) / 2],
            [IMAGE_BAR.left - 12, text],
          ],
          'leader',
        ),
        drawLabel(clipText(image.image, 26), IMAGE_BAR.left - 16, text, 'e b'),
        drawLabel(
          `${formatByteSize(image.sizeBytes)}${image.skipped ? ', was there already' : ''}`,
          IMAGE_BAR.left - 16,
          text + 15,
          'e s',
        ),
      ]}</g>
`;
    });
}

/** A mark at the very address of the failure, where it is known. */
function drawFailurePointer(run: RunRecord, memory: MemoryRegion, down: (address: number) => number): Markup | null {
  const address = run.failure?.site.address;
  if (address === undefined || !memory.sectors.some((sector) => isInSector(sector, address))) return null;
  const y = down(address);
  const right = STRIP.left + STRIP.width;
  return html`<g><title>${`Failure at ${formatHex32(address)}`}</title>${[
    drawLine(
      [
        [STRIP.left - 6, y],
        [right + 6, y],
      ],
      'limit line-fail',
    ),
    drawBox({ x: STRIP.left + 30, y: y + 4, width: 90, height: 17 }, 'soft-fail'),
    drawLabel(formatHex32(address), STRIP.left + 75, y + 16.5, 'mono c b fail'),
  ]}</g>`;
}

function buildSectorRows(
  run: RunRecord,
  memory: MemoryRegion,
  images: readonly FlashImageEvidence[],
): readonly SectorRow[] {
  const single = memory.sectors.map((sector) => toSectorRow(run, sector, images));
  if (single.length <= MAX_SINGLE_ROWS) return single;
  const rows: SectorRow[] = [];
  for (const row of single) {
    const above = rows.at(-1);
    if (above && !row.failing && !above.failing && above.fate === row.fate && above.image === row.image) {
      rows[rows.length - 1] = { ...above, last: row.last, eraseMs: addNullable(above.eraseMs, row.eraseMs) };
    } else rows.push(row);
  }
  return rows;
}

function toSectorRow(run: RunRecord, sector: MemorySector, images: readonly FlashImageEvidence[]): SectorRow {
  const fates = images.flatMap((image) => image.sectors.map((fate) => ({ image, fate })));
  const touched = fates.findLast(({ fate }) => fate.address === sector.address && fate.fate !== 'untouched');
  const site = run.failure?.site;
  const failing =
    site?.address === undefined
      ? site?.sector === sector.number && touched !== undefined
      : isInSector(sector, site.address);
  return {
    first: sector,
    last: sector,
    fate: touched?.fate.fate ?? 'untouched',
    eraseMs: touched?.fate.eraseMs ?? null,
    image: touched?.image.image ?? null,
    failing,
  };
}

function isInSector(sector: MemorySector, address: number): boolean {
  return address >= sector.address && address < sector.address + sector.sizeBytes;
}

function addNullable(left: number | null, right: number | null): number | null {
  return left === null ? right : left + (right ?? 0);
}
