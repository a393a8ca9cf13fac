// Frames as Ink makes them, read as text.
import { renderToString } from 'ink';
import { LookContext } from '../../src/screen/components/look.ts';
import { Screen } from '../../src/screen/components/Screen.tsx';
import type { Frame } from '../../src/screen/frame/frame.ts';
import type { ScreenSize } from '../../src/screen/frame/theme.ts';

/** The lines of the frame, blanks at their ends left out. */
export function renderFrame(frame: Frame, size: ScreenSize): readonly string[] {
  const look = { ...frame.look, colourDepth: frame.look.isColoured ? 24 : 1 } as const;
  const tree = (
    <LookContext value={look}>
      <Screen frame={frame} size={size} />
    </LookContext>
  );
  return renderToString(tree, { columns: size.columns })
    .split('\n')
    .map((line) => line.trimEnd());
}
