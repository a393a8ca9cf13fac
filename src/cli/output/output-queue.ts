// What is said to a terminal or pipe that may not be read: nobody waits for the reader, memory is bounded, and a gap is told.
import { systemClock } from '../../base/clock.ts';

/** How much a text matters when its reader is slow. */
export interface TextWeight {
  /** Left out, the oldest first, when too much of it waits. Everything else is kept until it is read. */
  readonly isProgress?: boolean;
  /** The same in few words, for when very much waits already. */
  readonly shorten?: () => string;
}

/** A stream that is written to in order, without stopping the program. */
export interface OutputQueue {
  write(text: string, weight?: TextWeight): void;
  /** Resolves when everything has left the process, or when the reader has taken nothing for `PATIENCE_MS`. */
  flush(): Promise<void>;
}

/** As much progress as waits for a slow reader. */
const MAX_PROGRESS_CHARACTERS = 1024 * 1024;
/** Beyond this, what can be said in few words is. */
const MAX_LONG_CHARACTERS = 8 * 1024 * 1024;
/** Handed to the stream at a time. */
const PORTION_CHARACTERS = 64 * 1024;
/** The end of the program waits so long for a reader that takes nothing. */
const PATIENCE_MS = 2_000;
const LOOK_EVERY_MS = 20;

interface WaitingText {
  readonly text: string;
  readonly isProgress: boolean;
}

/** The part of a writable stream that is used. */
export type OutputStream = Pick<NodeJS.WriteStream, 'write'> & {
  readonly _handle?: { setBlocking?(isBlocking: boolean): void };
};

/** A queue in front of a stream; Node would write to a terminal in the calling thread and wait there until it is read. */
export function openOutputQueue(stream: OutputStream): OutputQueue {
  let waiting: WaitingText[] = [];
  let progressCharacters = 0;
  let allCharacters = 0;
  let leftOutCount = 0;
  let isWriting = false;
  let portionCount = 0;
  const pump = (): void => {
    if (isWriting || waiting.length === 0) return;
    isWriting = true;
    const portion = takePortion();
    // Again each time: a child that inherits the terminal has it set back to blocking, for this process too.
    stream._handle?.setBlocking?.(false);
    stream.write(portion, () => {
      isWriting = false;
      portionCount += 1;
      pump();
    });
  };
  const takePortion = (): string => {
    const texts = leftOutCount > 0 ? [describeGap(waiting[0]!.text, leftOutCount)] : [];
    leftOutCount = 0;
    let length = 0;
    let taken = 0;
    while (taken < waiting.length && length < PORTION_CHARACTERS) {
      const { text, isProgress } = waiting[taken]!;
      texts.push(text);
      length += text.length;
      allCharacters -= text.length;
      if (isProgress) progressCharacters -= text.length;
      taken += 1;
    }
    waiting = waiting.slice(taken);
    return texts.join('');
  };
  const leaveOut = (): void => {
    const kept: WaitingText[] = [];
    for (const one of waiting) {
      if (!one.isProgress || progressCharacters <= MAX_PROGRESS_CHARACTERS / 2) {
        kept.push(one);
        continue;
      }
      progressCharacters -= one.text.length;
      allCharacters -= one.text.length;
      leftOutCount += 1;
    }
    waiting = kept;
  };
  return {
    write: (text, { isProgress = false, shorten } = {}) => {
      const said = shorten && allCharacters > MAX_LONG_CHARACTERS ? shorten() : text;
      waiting.push({ text: said, isProgress });
      allCharacters += said.length;
      if (isProgress) progressCharacters += said.length;
      if (progressCharacters > MAX_PROGRESS_CHARACTERS) leaveOut();
      pump();
    },
    flush: async () => {
      let seen = portionCount;
      let sinceMs = systemClock.readMonotonicMs();
      while (isWriting || waiting.length > 0) {
        await systemClock.sleep(LOOK_EVERY_MS);
        if (portionCount !== seen) sinceMs = systemClock.readMonotonicMs();
        seen = portionCount;
        if (systemClock.readMonotonicMs() - sinceMs > PATIENCE_MS) return;
      }
    },
  };
}

/** In the form of what follows: an event for machines, a line for people. */
function describeGap(next: string, count: number): string {
  if (next.startsWith('{')) return `${JSON.stringify({ type: 'output-left-out', count })}\n`;
  return `(${count} lines were left out: nobody read them in time)\n`;
}
