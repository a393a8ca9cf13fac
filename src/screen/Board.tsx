// The terminal's side of the board: painted lines become Ink text, whatever is typed is handed on.
import { Box, Text, useInput, useIsScreenReaderEnabled, usePaste, useWindowSize } from 'ink';
import { memo, useSyncExternalStore } from 'react';
import type { Keystroke } from './choose.ts';
import type { Line } from './line.ts';
import { type Frame, paintFrame } from './paint-frame.ts';
import { lookOf } from './palette.ts';
import { speakFrame } from './speak-frame.ts';

/** Frames as React wants them: a snapshot that changes at most once a frame. */
export interface FrameSource {
  subscribe(listener: () => void): () => void;
  snapshot(): Frame;
}

export interface BoardProps {
  readonly source: FrameSource;
  /** A key that no scanner sends. */
  readonly onKey: (key: Exclude<Keystroke, object>) => void;
  /** Text as the terminal delivered it, Enter as `\r` and Tab as `\t`. */
  readonly onText: (chunk: string) => void;
  readonly onPaste: (text: string) => void;
  readonly onEnd: () => void;
}

/** The operator's board, full screen; sentences for a screen reader. */
export function Board({ source, ...on }: BoardProps): React.ReactNode {
  const frame = useSyncExternalStore(source.subscribe, source.snapshot);
  const screen = useWindowSize();
  const isSpoken = useIsScreenReaderEnabled();
  usePaste(on.onPaste);
  useInput((input, key) => {
    if (key.ctrl && input === 'c') on.onEnd();
    else if (key.escape) on.onKey('escape');
    else if (key.leftArrow || key.upArrow) on.onKey('previous');
    else if (key.rightArrow || key.downArrow) on.onKey('next');
    else if (key.pageDown) on.onKey('page-down');
    else if (key.pageUp) on.onKey('page-up');
    else if (key.backspace || key.delete) on.onKey('backspace');
    else if (key.return) on.onText('\r');
    else if (key.tab) on.onText('\t');
    else if (!key.ctrl && !key.meta) on.onText(input);
  });
  if (isSpoken) return speakFrame(frame).map((sentence) => <Text key={sentence}>{sentence}</Text>);
  return <Lines lines={paintFrame(frame, screen)} />;
}

function Lines({ lines }: { readonly lines: readonly Line[] }): React.ReactNode {
  return (
    <Box flexDirection="column">
      {lines.map((line, row) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a line is its row
        <Row key={row} pieces={joinedByLook(line)} />
      ))}
    </Box>
  );
}

/** Text in one look. */
interface Piece {
  readonly text: string;
  readonly look: ReturnType<typeof lookOf>;
}

/** Drawn anew only when something in it changed: most rows stand still from frame to frame. */
const Row = memo(
  ({ pieces }: { readonly pieces: readonly Piece[] }): React.ReactNode => (
    <Text wrap="truncate">
      {pieces.map(({ text, look }, at) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a piece is its place
        <Text key={at} {...look}>
          {text}
        </Text>
      ))}
    </Text>
  ),
  (before, after) =>
    before.pieces.length === after.pieces.length &&
    before.pieces.every(({ text, look }, at) => text === after.pieces[at]!.text && look === after.pieces[at]!.look),
);

function joinedByLook(line: Line): readonly Piece[] {
  const pieces: { text: string; look: Piece['look'] }[] = [];
  for (const segment of line) {
    const look = lookOf(segment);
    const last = pieces.at(-1);
    if (last?.look === look) last.text += segment.text;
    else pieces.push({ text: segment.text, look });
  }
  return pieces;
}
