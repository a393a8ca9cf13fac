// How the screen is shared out: tiles, the chosen fixture's panel, units to put away, alarms; never more rows than there are.
import type { ScreenSize } from './theme.ts';

export interface Layout {
  readonly columns: number;
  readonly rows: number;
  readonly tileColumns: number;
  readonly tileRows: number;
  readonly tileWidth: number;
  readonly tileHeight: number;
  /** Rows of the chosen fixture's panel; 0 where the tiles say enough themselves. */
  readonly panelHeight: number;
  readonly failingHeight: number;
  readonly alarmHeight: number;
}

/** Smallest screen that is laid out; below it the board is cut at the edges. */
export const MIN_SCREEN = { columns: 80, rows: 24 } as const;
/** From this width on a tile tells the whole story by itself. */
const ROOMY_TILE = { width: 40, height: 3 } as const;

const HEADER_ROWS = 2;
const FOOTER_ROWS = 1;
const PANEL_ROWS = 4;
const MIN_FAILING_ROWS = 4;
/** The list of failing units gets this share of a high screen, however long it is, so that tiles stay where they are. */
const FAILING_SHARE = 1 / 6;
/** More alarms and questions than this are told in rows that the list of failing units can spare. */
const MAX_ALARM_ROWS = 3;
const MAX_TILE_HEIGHT = 24;
const MIN_TILE_WIDTH = 11;

/** Shares out the screen for so many fixtures, failing units and alarms. */
export function computeLayout(
  screen: ScreenSize,
  counts: { readonly tiles: number; readonly failing: number; readonly alarms: number },
): Layout {
  const columns = Math.max(MIN_SCREEN.columns, screen.columns);
  const rows = Math.max(MIN_SCREEN.rows, screen.rows);
  const alarmRows = Math.min(MAX_ALARM_ROWS, Math.max(1, counts.alarms));
  const failingLeast = Math.max(MIN_FAILING_ROWS, Math.floor(rows * FAILING_SHARE));
  const free = rows - HEADER_ROWS - FOOTER_ROWS - alarmRows - failingLeast;
  const roomy = chooseTileGrid(columns, free, counts.tiles);
  const isRoomy = roomy.tileWidth >= ROOMY_TILE.width && roomy.tileHeight >= ROOMY_TILE.height;
  const panelHeight = isRoomy ? 0 : PANEL_ROWS;
  const grid = isRoomy ? roomy : chooseTileGrid(columns, free - panelHeight, counts.tiles);
  const left = free - panelHeight - grid.tileRows * grid.tileHeight;
  const failingRows = failingLeast + left;
  const spare = Math.max(0, failingRows - Math.max(MIN_FAILING_ROWS, counts.failing + 1));
  const more = Math.min(spare, Math.max(0, counts.alarms - alarmRows));
  return {
    ...{ columns, rows, ...grid, panelHeight },
    failingHeight: failingRows - more,
    alarmHeight: alarmRows + more,
  };
}

type Grid = Pick<Layout, 'tileColumns' | 'tileRows' | 'tileWidth' | 'tileHeight'>;

function chooseTileGrid(columns: number, rows: number, count: number): Grid {
  const tiles = Math.max(1, count);
  let best: Grid | undefined;
  let bestScore = -1;
  for (let tileColumns = 1; tileColumns <= tiles; tileColumns += 1) {
    const tileRows = Math.ceil(tiles / tileColumns);
    const tileWidth = Math.floor(columns / tileColumns);
    const tileHeight = Math.min(MAX_TILE_HEIGHT, Math.floor(rows / tileRows));
    if (tileWidth < MIN_TILE_WIDTH || tileHeight < 1) continue;
    const score = scoreTileSize(tileWidth, tileHeight);
    if (score > bestScore) {
      best = { tileColumns, tileRows, tileWidth, tileHeight };
      bestScore = score;
    }
  }
  const tileColumns = Math.max(1, Math.floor(columns / MIN_TILE_WIDTH));
  return best ?? { tileColumns, tileRows: Math.ceil(tiles / tileColumns), tileWidth: MIN_TILE_WIDTH, tileHeight: 1 };
}

/** Width up to a roomy tile counts most, then height up to a roomy one; what is beyond helps little. */
function scoreTileSize(width: number, height: number): number {
  const share = (value: number, enough: number): number => Math.min(1, value / enough);
  return 3 * share(width, ROOMY_TILE.width) + share(height, ROOMY_TILE.height) + 0.1 * share(height, MAX_TILE_HEIGHT);
}
