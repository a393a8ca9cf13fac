// Lines of styled text as Ink shows them: each cut or filled to the width, in the colours of this terminal.
import { Box, Text } from 'ink';
import { memo, use } from 'react';
import { toInkStyle } from '../frame/palette.ts';
import { fitLine, type Line, toAsciiLine } from '../frame/styled-line.ts';
import { LookContext } from './look.ts';

export interface StyledLinesProps {
  readonly lines: readonly Line[];
  /** Exactly so many rows are taken, whatever the lines. */
  readonly rows: number;
  readonly columns: number;
}

/** Lines below each other, from the top; rows without a line are blank. */
export function StyledLines({ lines, rows, columns }: StyledLinesProps): React.ReactNode {
  return (
    <Box flexDirection="column" height={rows} flexShrink={0}>
      {Array.from({ length: rows }, (_, row) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a line is its row
        <StyledLine key={row} line={lines[row] ?? []} columns={columns} />
      ))}
    </Box>
  );
}

/** One line; drawn again only when another line comes. */
export const StyledLine = memo(({ line, columns }: { readonly line: Line; readonly columns: number }) => {
  const { glyphs, colourDepth } = use(LookContext);
  const fitted = fitLine(line, columns);
  return (
    <Text wrap="truncate-end">
      {(glyphs.isUnicode ? fitted : toAsciiLine(fitted)).map((piece, at) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a piece is its place
        <Text key={at} {...toInkStyle(piece, colourDepth)}>
          {piece.text}
        </Text>
      ))}
    </Text>
  );
});
