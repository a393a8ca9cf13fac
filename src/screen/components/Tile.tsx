// One fixture as a tile: its number large, and beside it what it says; a result fills the ground.
import { Box, Text } from 'ink';
import { memo, use } from 'react';
import { toInkStyle } from '../frame/palette.ts';
import { toAsciiText } from '../frame/styled-line.ts';
import { measureTile, renderTileText } from '../frame/tile-rows.ts';
import { getTileTone } from '../frame/tile-texts.ts';
import type { Tile as TileState } from '../state/board-state.ts';
import { LookContext, useTheme } from './look.ts';

export interface TileProps {
  readonly tile: TileState;
  readonly width: number;
  readonly height: number;
  readonly isChosen: boolean;
  /** The station's time, coarse enough that a tile on which nothing moves is not drawn again. */
  readonly nowMs: number;
}

/** Exactly `width` cells and `height` rows, gutters included. */
export const Tile = memo(({ tile, width, height, isChosen, nowMs }: TileProps) => {
  const theme = useTheme(nowMs);
  const size = measureTile({ width, height });
  const { numberRows, textRows, isFilled } = renderTileText(tile, { width, height, isChosen }, theme);
  const tone = { tone: getTileTone(tile), filled: isFilled };
  return (
    <Box width={width} height={height} flexShrink={0}>
      <Box width={size.columns} height={size.rows} flexShrink={0}>
        <TileRows rows={numberRows} {...tone} />
        <TileRows rows={textRows} {...tone} />
      </Box>
    </Box>
  );
});

type TileRowsProps = { readonly rows: readonly string[] } & Parameters<typeof toInkStyle>[0];

/** Rows of one tone; each exactly as wide as the others. */
function TileRows({ rows, ...tone }: TileRowsProps): React.ReactNode {
  const { glyphs, colourDepth } = use(LookContext);
  const text = rows.join('\n');
  if (rows[0] === '') return null;
  return (
    <Box flexShrink={0}>
      <Text {...toInkStyle(tone, colourDepth)}>{glyphs.isUnicode ? text : toAsciiText(text)}</Text>
    </Box>
  );
}

/** The station's time as far as it changes what the tile shows: whole seconds since its step began, or since it was scanned for. */
export function roundTileTime(tile: TileState, nowMs: number): number {
  const sinceMs = tile.step?.startedAtMs ?? tile.given?.untilMs;
  if (sinceMs === undefined) return 0;
  return sinceMs + Math.round((nowMs - sinceMs) / MS_PER_SECOND) * MS_PER_SECOND;
}

const MS_PER_SECOND = 1_000;
