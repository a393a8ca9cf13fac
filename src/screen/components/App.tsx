// The board as one Ink application: what is typed goes to the store, what the store tells goes to the screen.
import { Text, useInput, usePaste, useStdout, useWindowSize } from 'ink';
import { useEffect, useState, useSyncExternalStore } from 'react';
import type { Clock } from '../../base/clock.ts';
import { speakFrame } from '../frame/speak-frame.ts';
import type { BoardStore } from '../store/board-store.ts';
import { type Look, LookContext } from './look.ts';
import { Screen } from './Screen.tsx';

export interface AppProps {
  readonly store: BoardStore;
  readonly look: Look;
  /** Sentences for a screen reader instead of the screen. */
  readonly isSpoken: boolean;
  readonly clock: Clock;
  /** Ctrl-C, once each time. */
  readonly onInterrupt: () => void;
}

export function App({ store, look, isSpoken, clock, onInterrupt }: AppProps): React.ReactNode {
  useKeys(store, onInterrupt);
  return (
    <LookContext value={look}>
      {isSpoken ? <Sentences store={store} clock={clock} /> : <Shown store={store} look={look} clock={clock} />}
    </LookContext>
  );
}

/** Keys, scans and pasted text. Enter and Tab stay in the text, for a scanner sends them too. */
function useKeys(store: BoardStore, onInterrupt: () => void): void {
  usePaste((text) => store.pasteText(text));
  useInput((input, key) => {
    if (key.ctrl && input === 'c') onInterrupt();
    else if (key.escape) store.pressKey('escape');
    else if (key.leftArrow || key.upArrow) store.pressKey('previous');
    else if (key.rightArrow || key.downArrow) store.pressKey('next');
    else if (key.pageDown) store.pressKey('page-down');
    else if (key.pageUp) store.pressKey('page-up');
    else if (key.backspace || key.delete) store.pressKey('backspace');
    else if (key.return) store.typeText('\r');
    else if (key.tab) store.typeText('\t');
    else if (!key.ctrl && !key.meta) store.typeText(input);
  });
}

type ShownProps = Pick<AppProps, 'store' | 'look' | 'clock'>;

function Shown({ store, look, clock }: ShownProps): React.ReactNode {
  const { nowMs, ...shown } = useSyncExternalStore(store.subscribe, store.snapshot);
  const size = useWindowSize();
  useRepaint(clock);
  useEffect(() => store.setSize(size), [store, size]);
  return <Screen frame={{ ...shown, look: { ...look, nowMs } }} size={size} />;
}

/** Other programs, and the kernel, write over a screen now and then: it is drawn whole every so often. */
const REPAINT_MS = 10_000;
/** To the upper left corner, where Ink believes its cursor to be when it draws whole after a foreign write. */
const HOME = '\u001b[H';

function useRepaint(clock: Clock): void {
  const { write } = useStdout();
  useEffect(() => {
    const repaint = (): void => {
      write(HOME);
      timer = clock.setTimeout(repaint, REPAINT_MS);
    };
    let timer = clock.setTimeout(repaint, REPAINT_MS);
    return () => clock.clearTimeout(timer);
  }, [write, clock]);
}

/** A screen reader is given new sentences no more often than this. */
const SPOKEN_MS = 1_000;

function Sentences({ store, clock }: Pick<AppProps, 'store' | 'clock'>): React.ReactNode {
  const [told, setTold] = useState<readonly string[]>([]);
  useEffect(() => {
    const speak = (): void => {
      const sentences = speakFrame(store.readFrame());
      setTold((before) => (before.join('\n') === sentences.join('\n') ? before : sentences));
      timer = clock.setTimeout(speak, SPOKEN_MS);
    };
    let timer = clock.setTimeout(speak, SPOKEN_MS);
    return () => clock.clearTimeout(timer);
  }, [store, clock]);
  // biome-ignore lint/suspicious/noArrayIndexKey: a sentence is its place
  return told.map((sentence, at) => <Text key={at}>{sentence}</Text>);
}
