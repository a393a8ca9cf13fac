// The units that did not pass, until each is put away and confirmed: units to be scrapped first, and never out of sight.

import { failingInstruction } from '../messages/instruction-text.ts';
import { type FailingUnit, isScrap } from '../state/board-state.ts';
import { cellsOf, type Line, segment } from './styled-line.ts';
import type { Look } from './theme.ts';

/** Exactly `rows` lines: a heading, then as many units as fit; the names of all units to be scrapped come first. */
export function failingLines(
  failing: readonly FailingUnit[],
  rows: number,
  columns: number,
  look: Look,
): readonly Line[] {
  const scrap = failing.filter(isScrap);
  const ordered = [...scrap, ...failing.filter((unit) => !isScrap(unit))];
  const room = rows - 1;
  const shown = ordered.length <= room ? ordered : ordered.slice(0, room - 1);
  const rest = ordered.slice(shown.length);
  const body: readonly Line[] = [
    ...shown.map((unit) => unitLine(unit, look)),
    ...(rest.length > 0 ? [restLine(rest, look)] : []),
    ...(ordered.length === 0 ? [[segment(`   ${look.texts.noneFailing}`, 'dim')] as Line] : []),
  ];
  return [
    heading(scrap.length, ordered.length, columns, look),
    ...Array.from({ length: room }, (_, row) => body[row] ?? []),
  ];
}

/** One line for the other pages: where the units to be scrapped are. Undefined when there are none. */
export function scrapLine(failing: readonly FailingUnit[], look: Look): Line | undefined {
  const scrap = failing.filter(isScrap);
  if (scrap.length === 0) return undefined;
  const { texts, glyphs } = look;
  return [
    segment(
      ` ${glyphs.dispositions.scrap} ${texts.scrapTitle(scrap.length)}: ${placesText(scrap, look)} `,
      'fail',
      true,
    ),
  ];
}

function heading(scrapCount: number, count: number, columns: number, { texts, glyphs }: Look): Line {
  const scrap = scrapCount > 0 ? ` ${glyphs.rule} ${texts.scrapTitle(scrapCount)}` : '';
  const hint = count > 0 ? ` (${texts.confirmHint})` : '';
  const text = `${glyphs.rule.repeat(2)} ${texts.failingUnits}${count > 0 ? ` ${count}` : ''}${scrap}${hint} `;
  return [segment(text + glyphs.rule.repeat(Math.max(0, columns - cellsOf(text))), scrapCount > 0 ? 'fail' : 'dim')];
}

function unitLine(unit: FailingUnit, look: Look): Line {
  const { texts, glyphs } = look;
  const word = ` ${glyphs.dispositions[unit.disposition]} ${texts.dispositions[unit.disposition]} `;
  return [
    segment(word, unit.disposition === 'retest' ? 'attention' : 'fail', true),
    segment(` ${unit.unit}`, 'strong'),
    segment(`  ${whereText(unit, look)}  `),
    segment(failingInstruction(unit, texts), 'strong'),
    segment(`  ${unit.reason}`),
  ];
}

function restLine(rest: readonly FailingUnit[], look: Look): Line {
  const scrap = rest.filter(isScrap);
  const names = scrap.length > 0 ? `: ${look.glyphs.dispositions.scrap} ${placesText(scrap, look)}` : '';
  return [segment(`   ${look.texts.moreLines(rest.length)}${names}`, scrap.length > 0 ? 'fail' : 'strong')];
}

function placesText(units: readonly FailingUnit[], look: Look): string {
  return units.map((unit) => `${unit.unit} ${whereText(unit, look)}`).join(', ');
}

function whereText(unit: FailingUnit, { texts }: Look): string {
  return unit.lifted ? texts.inHand(unit.fixture) : texts.inFixture(unit.fixture);
}
