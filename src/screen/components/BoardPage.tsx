// The whole board: title, counts, tiles, the chosen fixture, units to put away, alarms; never taller than the terminal.
import { Box } from 'ink';
import { memo } from 'react';
import { renderAlarmLines } from '../frame/alarm-lines.ts';
import { limitRows, renderCountsLine, renderPanelLines, renderTitleLine } from '../frame/board-lines.ts';
import { renderFailingLines } from '../frame/failing-lines.ts';
import { type Frame, renderFooterLine } from '../frame/frame.ts';
import { computeLayout, type Layout } from '../frame/layout.ts';
import type { Line } from '../frame/styled-line.ts';
import type { ScreenSize } from '../frame/theme.ts';
import type { Tile as TileState } from '../state/board-state.ts';
import { StyledLine, StyledLines } from './StyledLines.tsx';
import { roundTileTime, Tile } from './Tile.tsx';

export interface BoardPageProps {
  readonly frame: Frame;
  readonly size: ScreenSize;
}

export function BoardPage({ frame, size }: BoardPageProps): React.ReactNode {
  const { state, view, look } = frame;
  const alarms = renderAlarmLines(state, look);
  const layout = computeLayout(size, {
    tiles: state.tiles.length,
    failing: state.failing.length,
    alarms: alarms.length,
  });
  const { columns, panelHeight, failingHeight, alarmHeight } = layout;
  const chosen = state.tiles.find((tile) => tile.number === view.chosenFixture) ?? state.tiles[0];
  const panel: readonly Line[] = chosen && panelHeight > 0 ? renderPanelLines(chosen, columns, look) : [];
  return (
    <>
      <StyledLine line={renderTitleLine(state, columns, look)} columns={columns} />
      <StyledLine line={renderCountsLine(state, columns, look)} columns={columns} />
      <TileGrid
        tiles={state.tiles}
        layout={layout}
        marked={panelHeight > 0 ? (chosen?.number ?? null) : view.chosenFixture}
        nowMs={look.nowMs}
      />
      <StyledLines lines={panel} rows={panelHeight} columns={columns} />
      <StyledLines
        lines={renderFailingLines(state.failing, failingHeight, columns, look)}
        rows={failingHeight}
        columns={columns}
      />
      <StyledLines lines={limitRows(alarms, alarmHeight, look)} rows={alarmHeight} columns={columns} />
      <StyledLine line={renderFooterLine(frame)} columns={columns} />
    </>
  );
}

interface TileGridProps {
  readonly tiles: readonly TileState[];
  readonly layout: Pick<Layout, 'tileColumns' | 'tileRows' | 'tileWidth' | 'tileHeight' | 'columns'>;
  readonly marked: number | null;
  readonly nowMs: number;
}

const TileGrid = memo(({ tiles, layout, marked, nowMs }: TileGridProps) => {
  const { tileColumns, tileRows, tileWidth, tileHeight, columns } = layout;
  return (
    <Box flexWrap="wrap" width={columns} height={tileRows * tileHeight} flexShrink={0} alignContent="flex-start">
      {Array.from({ length: tileRows }, (_, row) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a row of tiles is its place
        <Box key={row} width={columns} height={tileHeight} flexShrink={0}>
          {tiles.slice(row * tileColumns, (row + 1) * tileColumns).map((tile) => (
            <Tile
              key={tile.number}
              tile={tile}
              width={tileWidth}
              height={tileHeight}
              isChosen={tile.number === marked}
              nowMs={roundTileTime(tile, nowMs)}
            />
          ))}
        </Box>
      ))}
    </Box>
  );
});
