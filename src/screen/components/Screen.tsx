// The terminal's whole screen: the board, or the page that was chosen, exactly as many rows as there are.
import { Box } from 'ink';
import { type Frame, renderFooterLine, renderPageBody } from '../frame/frame.ts';
import { cutPage } from '../frame/page-lines.ts';
import type { ScreenSize } from '../frame/theme.ts';
import { BoardPage } from './BoardPage.tsx';
import { StyledLines } from './StyledLines.tsx';

export interface ScreenProps {
  readonly frame: Frame;
  readonly size: ScreenSize;
}

/** Exactly `rows` lines, none wider than `columns`. */
export function Screen({ frame, size }: ScreenProps): React.ReactNode {
  const { columns, rows } = size;
  const body = renderPageBody(frame, size);
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
