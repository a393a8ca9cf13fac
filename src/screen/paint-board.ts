// The whole board as exactly as many lines as the terminal has rows: pure, so that a test can read the screen.
import { summariseYield } from './batch-figures.ts';
import type { BoardState, FailingUnit, Tile } from './board-state.ts';
import type { Catalogue } from './catalogue/en.ts';
import { type Layout, layOut } from './layout.ts';
import { fitLine, type Line, segment } from './line.ts';
import { instructionText, type Look, paintPanel, paintTile, seconds } from './paint-tile.ts';

/** What the person at the screen has chosen to look at; nothing of it changes the station. */
export interface BoardView {
  readonly chosenFixture: number | null;
  readonly isReadOnly: boolean;
}

/** The board for a screen of that size. */
export function paintBoard(
  state: BoardState,
  view: BoardView,
  screen: { columns: number; rows: number },
  look: Look,
): readonly Line[] {
  const alarms = alarmTexts(state, look);
  const layout = layOut(screen, { tiles: state.tiles.length, failing: state.failing.length, alarms: alarms.length });
  const chosen = state.tiles.find((tile) => tile.number === view.chosenFixture) ?? state.tiles[0];
  const lines: readonly Line[] = [
    ...headerLines(state, layout, look),
    ...tileLines(state.tiles, chosen, layout, look),
    ...(chosen && layout.panelHeight > 0 ? paintPanel(chosen, layout.columns, layout.panelHeight, look) : []),
    ...failingLines(state, layout, look),
    ...alarms.slice(0, layout.alarmHeight).map((text) => fitLine([segment(text, 'alarm', true)], layout.columns)),
    footerLine(view, layout, look.texts),
  ];
  return lines.slice(0, layout.rows);
}

function headerLines(state: BoardState, layout: Layout, look: Look): readonly Line[] {
  const { texts } = look;
  const { counts } = state;
  const figures = summariseYield(state, look.nowMs);
  const target = state.targetCount === null ? '' : `/${state.targetCount}`;
  const title = ` FLASHLINE  ${state.product ?? ''}  ${texts.batch} ${state.batch ?? '–'}`;
  const operator = `${texts.operator}: ${state.operator ?? texts.nobody} `;
  const gap = ' '.repeat(Math.max(1, layout.columns - title.length - operator.length));
  return [
    fitLine([segment(title + gap + operator, 'title', true)], layout.columns),
    fitLine(
      [
        segment(` ${counts.done}${target} ${texts.done}`, 'strong'),
        segment(
          `  ${texts.pass} ${counts.pass}  ${texts.rework} ${counts.rework}  ${texts.hold} ${counts.hold}  ${texts.scrap} ${counts.scrap}`,
        ),
        segment(
          `  ${texts.firstPassYield} ${figures.firstPassYield ?? '–'} (y)  ${figures.unitsPerHour ?? '–'} ${texts.perHour}`,
          'dim',
        ),
      ],
      layout.columns,
    ),
  ];
}

function tileLines(tiles: readonly Tile[], chosen: Tile | undefined, layout: Layout, look: Look): readonly Line[] {
  const lines: Line[] = [];
  for (let first = 0; first < tiles.length; first += layout.tileColumns) {
    const row = tiles
      .slice(first, first + layout.tileColumns)
      .map((tile) =>
        paintTile(
          tile,
          { width: layout.tileWidth, height: layout.tileHeight, isChosen: tile === chosen && layout.panelHeight > 0 },
          look,
        ),
      );
    for (let at = 0; at < layout.tileHeight; at += 1)
      lines.push(
        fitLine(
          row.flatMap((tile) => tile[at]!),
          layout.columns,
        ),
      );
  }
  return lines;
}

/** Units to be scrapped come first and can never be pushed off by others. */
function failingLines(state: BoardState, layout: Layout, look: Look): readonly Line[] {
  const { texts, glyphs } = look;
  const isScrap = (unit: FailingUnit): boolean => unit.disposition === 'scrap' || unit.disposition === 'scrap-proposed';
  const ordered = [...state.failing.filter(isScrap), ...state.failing.filter((unit) => !isScrap(unit))];
  const scrapCount = state.failing.filter(isScrap).length;
  const heading = `${glyphs.rule.repeat(2)} ${texts.failingUnits} ${scrapCount > 0 ? `${glyphs.rule} ${texts.scrapTitle(scrapCount)} ` : ''}`;
  const title = fitLine(
    [
      segment(
        heading + glyphs.rule.repeat(Math.max(0, layout.columns - heading.length)),
        scrapCount > 0 ? 'fail' : 'dim',
      ),
    ],
    layout.columns,
  );
  const room = layout.failingHeight - 1;
  const shown = ordered.length <= room ? ordered : ordered.slice(0, Math.max(0, room - 1));
  const rest = ordered.length - shown.length;
  const body: readonly Line[] = [
    ...shown.map((unit) => failingLine(unit, look)),
    ...(rest > 0 ? [[segment(`   ${texts.moreFailing(rest)}`, 'strong')]] : []),
    ...(ordered.length === 0 ? [[segment(`   ${texts.noneFailing}`, 'dim')]] : []),
  ];
  return [title, ...Array.from({ length: room }, (_, row) => fitLine(body[row] ?? [], layout.columns))];
}

function failingLine(unit: FailingUnit, look: Look): Line {
  const { texts, glyphs } = look;
  const where = unit.lifted ? texts.inHand(unit.fixture) : texts.inFixture(unit.fixture);
  return [
    segment(
      ` ${glyphs.dispositions[unit.disposition]} ${texts.dispositions[unit.disposition]} `,
      unit.disposition === 'retest' ? 'attention' : 'fail',
      true,
    ),
    segment(` ${unit.unit}`, 'strong'),
    segment(`  ${where}  ${unit.reason}  `),
    segment(instructionText(unit.instruction, unit.fixture, texts), 'strong'),
  ];
}

function alarmTexts(state: BoardState, look: Look): readonly string[] {
  const { texts, glyphs } = look;
  const prompts = state.prompts.map((prompt) => {
    const left =
      prompt.expiresAtMs === null ? '' : ` (${texts.answerWithin(seconds(prompt.expiresAtMs - look.nowMs))})`;
    return ` ? ${texts.question} ${prompt.fixture}: ${prompt.question} ${prompt.choices.map((choice, at) => `[${at + 1}] ${choice}`).join(' ')}${left}`;
  });
  return [
    ...state.alarms.map((alarm) => ` ${glyphs.alarm} ${texts.alarm}: ${alarm.text} ${alarm.hint}`),
    ...prompts,
    ...state.challengeDue.map((due) => ` ${glyphs.alarm} ${texts.goldenDue(due.fixture, due.missing.join(', '))}`),
  ];
}

function footerLine(view: BoardView, layout: Layout, texts: Catalogue): Line {
  return fitLine(
    [segment(` ${view.isReadOnly ? `${texts.readOnly} · ` : ''}${texts.keysBoard}`, 'dim')],
    layout.columns,
  );
}
