// The units that did not pass, until each is put away and confirmed: units to be scrapped first, and never out of sight.

import { formatFailingInstruction, formatUnitPlace } from '../messages/instruction-text.ts';
import { type FailingUnit, isScrapUnit } from '../state/board-state.ts';
import { countCells, createSegment, type Line } from './styled-line.ts';
import type { Theme } from './theme.ts';
import { getDispositionTone } from './tile-texts.ts';

/** Exactly `rows` lines: a heading, then as many units as fit; the names of all units to be scrapped come first. */
export function renderFailingLines(
  failing: readonly FailingUnit[],
  rows: number,
  columns: number,
  look: Theme,
): readonly Line[] {
  const scrap = failing.filter(isScrapUnit);
  const ordered = [...scrap, ...failing.filter((unit) => !isScrapUnit(unit))];
  const room = rows - 1;
  const shown = ordered.length <= room ? ordered : ordered.slice(0, room - 1);
  const rest = ordered.slice(shown.length);
  const body: readonly Line[] = [
    ...shown.map((unit) => renderUnitLine(unit, look)),
    ...(rest.length > 0 ? [renderRestLine(rest, look)] : []),
    ...(ordered.length === 0 ? [[createSegment(`   ${look.texts.noneFailing}`, 'dim')] as Line] : []),
  ];
  return [
    renderHeading(scrap.length, ordered.length, columns, look),
    ...Array.from({ length: room }, (_, row) => body[row] ?? []),
  ];
}

/** One line for the other pages: where the units to be scrapped are. Undefined when there are none. */
export function renderScrapLine(failing: readonly FailingUnit[], look: Theme): Line | undefined {
  const scrap = failing.filter(isScrapUnit);
  if (scrap.length === 0) return undefined;
  const { texts, glyphs } = look;
  return [
    createSegment(
      ` ${glyphs.dispositions.scrap} ${texts.scrapTitle(scrap.length)}: ${formatUnitPlaces(scrap, look)} `,
      'scrap',
      true,
    ),
  ];
}

function renderHeading(scrapCount: number, count: number, columns: number, { texts, glyphs }: Theme): Line {
  const scrap = scrapCount > 0 ? ` ${glyphs.rule} ${texts.scrapTitle(scrapCount)}` : '';
  const hint = count > 0 ? ` (${texts.confirmHint})` : '';
  const text = `${glyphs.rule.repeat(2)} ${texts.failingUnits}${count > 0 ? ` ${count}` : ''}${scrap}${hint} `;
  return [
    createSegment(text + glyphs.rule.repeat(Math.max(0, columns - countCells(text))), scrapCount > 0 ? 'fail' : 'dim'),
  ];
}

function renderUnitLine(unit: FailingUnit, look: Theme): Line {
  const { texts, glyphs } = look;
  const word = ` ${glyphs.dispositions[unit.disposition]} ${texts.dispositions[unit.disposition]} `;
  return [
    createSegment(word, getDispositionTone(unit.disposition), true),
    createSegment(` ${unit.unit}`, 'strong'),
    createSegment(`  ${formatUnitPlace(unit, texts)}  `),
    createSegment(formatFailingInstruction(unit, texts), 'strong'),
    createSegment(`  ${unit.reason}`),
  ];
}

function renderRestLine(rest: readonly FailingUnit[], look: Theme): Line {
  const scrap = rest.filter(isScrapUnit);
  const names = scrap.length > 0 ? `: ${look.glyphs.dispositions.scrap} ${formatUnitPlaces(scrap, look)}` : '';
  return [createSegment(`   ${look.texts.moreLines(rest.length)}${names}`, scrap.length > 0 ? 'fail' : 'strong')];
}

function formatUnitPlaces(units: readonly FailingUnit[], look: Theme): string {
  return units.map((unit) => `${unit.unit} ${formatUnitPlace(unit, look.texts)}`).join(', ');
}
