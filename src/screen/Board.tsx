// The terminal's side of the board: painted lines become Ink text, whatever is typed is handed on.
import { Box, Text, useInput, useWindowSize } from 'ink';
import { useSyncExternalStore } from 'react';
import type { BoardState } from './board-state.ts';
import type { View } from './choose.ts';
import { type Line, plainText } from './line.ts';
import { paintBoard } from './paint-board.ts';
import { paintDetails, paintHelp, paintYieldRule } from './paint-details.ts';
import type { Look } from './paint-tile.ts';
import { lookOf } from './palette.ts';

/** Everything one frame shows. */
export interface Frame {
  readonly state: BoardState;
  readonly view: View;
  readonly look: Look;
  readonly isReadOnly: boolean;
}

/** Frames as React wants them: a snapshot that changes at most once a frame. */
export interface FrameSource {
  subscribe(listener: () => void): () => void;
  snapshot(): Frame;
}

export interface BoardProps {
  readonly source: FrameSource;
  readonly onEscape: () => void;
  readonly onArrow: (direction: 'next' | 'previous') => void;
  /** Text as the terminal delivered it, Enter as `\r` and Tab as `\t`. */
  readonly onText: (chunk: string) => void;
  readonly onEnd: () => void;
}

/** The operator's board, full screen. */
export function Board({ source, ...on }: BoardProps): React.ReactNode {
  const frame = useSyncExternalStore(source.subscribe, source.snapshot);
  const screen = useWindowSize();
  useInput((input, key) => {
    if (key.ctrl && input === 'c') on.onEnd();
    else if (key.escape) on.onEscape();
    else if (key.leftArrow || key.upArrow) on.onArrow('previous');
    else if (key.rightArrow || key.downArrow) on.onArrow('next');
    else on.onText(key.return ? `${input.replace(/[\r\n]$/, '')}\r` : key.tab ? '\t' : input);
  });
  return <Lines lines={paintFrame(frame, screen).slice(0, screen.rows)} />;
}

/** The lines of a frame on a screen of that size. */
export function paintFrame(frame: Frame, screen: { columns: number; rows: number }): readonly Line[] {
  const { state, view, look } = frame;
  const tile = state.tiles.find((candidate) => candidate.number === view.chosenFixture) ?? state.tiles[0];
  if (view.page === 'help') return paintHelp(screen, look.texts);
  if (view.page === 'yield') return paintYieldRule(screen, look.texts);
  if (view.page === 'details' && tile) return paintDetails(tile, screen, look);
  return paintBoard(state, { chosenFixture: view.chosenFixture, isReadOnly: frame.isReadOnly }, screen, look);
}

function Lines({ lines }: { readonly lines: readonly Line[] }): React.ReactNode {
  return (
    <Box flexDirection="column">
      {lines.map((line, row) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a line is its row
        <Text key={row} wrap="truncate">
          {plainText(line) === '' ? ' ' : <Pieces line={line} />}
        </Text>
      ))}
    </Box>
  );
}

function Pieces({ line }: { readonly line: Line }): React.ReactNode {
  return line.map((piece, at) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: a piece is its place
    <Text key={at} {...lookOf(piece)}>
      {piece.text}
    </Text>
  ));
}
