// The terminal's whole screen: the board, or the page that was chosen, exactly as many rows as there are.
import { Box } from 'ink';
import { type Frame, renderFooterLine, renderPageBody } from '../frame/frame.ts';
import { MIN_SCREEN } from '../frame/layout.ts';
import { cutPage } from '../frame/page-lines.ts';
import { createSegment, type Line, wrapCells } from '../frame/styled-line.ts';
import type { ScreenSize } from '../frame/theme.ts';
import { formatTileHead, getTileTone } from '../frame/tile-texts.ts';
import { BoardPage } from './BoardPage.tsx';
import { StyledLines } from './StyledLines.tsx';

function isTooSmall({ columns, rows }: ScreenSize): boolean {
  return columns < MIN_SCREEN.columns || rows < MIN_SCREEN.rows;
}

/** What a window that is too small for the board shows: that it is, and each fixture in a few words. */
function renderTooSmall({ state, look }: Frame, { columns, rows }: ScreenSize): readonly Line[] {
  const told = wrapCells(look.texts.tooSmall(columns, rows), columns, 3);
  return [
    ...told.map((text): Line => [createSegment(text, 'attention', true)]),
    ...state.tiles.map((tile): Line => {
      const text = ` ${tile.number} ${formatTileHead(tile, look)}  ${tile.unit ?? ''}`;
      return [createSegment(text, getTileTone(tile), tile.face === 'result')];
    }),
  ];
}

export interface ScreenProps {
  readonly frame: Frame;
  readonly size: ScreenSize;
}

/** Exactly `rows` lines, none wider than `columns`. */
export function Screen({ frame, size }: ScreenProps): React.ReactNode {
  const { columns, rows } = size;
  const body = renderPageBody(frame, size) ?? (isTooSmall(size) ? renderTooSmall(frame, size) : null);
  return (
    <Box width={columns} height={rows} overflow="hidden" flexDirection="column">
      {body === null ? (
        <BoardPage frame={frame} size={size} />
      ) : (
        <StyledLines
          lines={cutPage(body, frame.view.scroll, renderFooterLine(frame), frame.state, size, frame.look)}
          rows={rows}
          columns={columns}
        />
      )}
    </Box>
  );
}
