// The terminal's side of the board: Ink holds the terminal and hands on what is typed; for a screen reader it tells sentences.
import { Text, useInput, usePaste } from 'ink';
import { useSyncExternalStore } from 'react';
import type { Keystroke } from '../input/key-bindings.ts';

/** Sentences as React wants them: a snapshot that changes only when they do. */
export interface SentenceSource {
  subscribe(listener: () => void): () => void;
  snapshot(): readonly string[];
}

export interface KeysProps {
  /** What is read aloud; empty while the board is painted. */
  readonly sentences: SentenceSource;
  /** A key that no scanner sends. */
  readonly onKey: (key: Exclude<Keystroke, object>) => void;
  /** Text as the terminal delivered it, Enter as `\r` and Tab as `\t`. */
  readonly onText: (chunk: string) => void;
  readonly onPaste: (text: string) => void;
  readonly onEnd: () => void;
}

/** Listens for keys, scans and pasted text. */
export function Keys({ sentences, ...on }: KeysProps): React.ReactNode {
  const told = useSyncExternalStore(sentences.subscribe, sentences.snapshot);
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
  // biome-ignore lint/suspicious/noArrayIndexKey: a sentence is its place
  return told.map((sentence, at) => <Text key={at}>{sentence}</Text>);
}
