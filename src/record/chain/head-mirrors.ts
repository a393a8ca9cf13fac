// The heads of the chain in a second place, written without making anybody wait: whoever has only the folder cannot know them.
import { open } from 'node:fs/promises';
import { dirname } from 'node:path';
import { makeFolder } from '../../base/make-folder.ts';
import { getErrorMessage } from '../../base/station-error.ts';
import type { ErrorRecord } from '../../domain/run/run.ts';
import { formatHeadLines, readHeadFile, type SignedHead } from './head-file.ts';

/** Copies of the heads in other places. */
export interface HeadMirrors {
  /** Every head that one of the places knows and that could be read; a place that is out of reach knows none. */
  readonly known: readonly { readonly file: string; readonly head: SignedHead }[];
  /** Adds a head to every place, in the background. */
  append(head: SignedHead): void;
  /** What is not well: a place that could not be read or written. */
  listTroubles(): readonly ErrorRecord[];
  /** Resolves when everything was written or given up. */
  settle(): Promise<void>;
}

/** A disk that is away for long costs memory for as many heads at most. */
const MAX_WAITING_HEADS = 1_000;

/** The mirrors of a record. */
export function openHeadMirrors(files: readonly string[]): HeadMirrors {
  const mirrors = files.map(openHeadMirror);
  return {
    known: mirrors.flatMap(({ file, last }) => (last ? [{ file, head: last }] : [])),
    append: (head) => {
      for (const mirror of mirrors) mirror.append(head);
    },
    listTroubles: () => mirrors.flatMap((mirror) => mirror.getTrouble() ?? []),
    settle: async () => {
      await Promise.all(mirrors.map((mirror) => mirror.settle()));
    },
  };
}

function openHeadMirror(file: string) {
  let trouble: string | undefined;
  let last: SignedHead | undefined;
  let waiting: SignedHead[] = [];
  let writing: Promise<void> | undefined;
  try {
    makeFolder(dirname(file), { code: 'record/heads', hint: '' });
    last = readHeadFile(file).heads.at(-1);
  } catch (error) {
    trouble = getErrorMessage(error);
  }
  const writeAll = async (): Promise<void> => {
    while (waiting.length > 0) {
      const heads = waiting;
      waiting = [];
      try {
        const handle = await open(file, 'a', 0o600);
        try {
          await handle.appendFile(formatHeadLines(heads));
          await handle.sync();
        } finally {
          await handle.close();
        }
        trouble = undefined;
      } catch (error) {
        trouble = getErrorMessage(error);
        waiting = [...heads, ...waiting].slice(-MAX_WAITING_HEADS);
        return;
      }
    }
  };
  return {
    file,
    last,
    append: (head: SignedHead): void => {
      waiting.push(head);
      writing ??= writeAll().finally(() => {
        writing = undefined;
      });
    },
    getTrouble: (): ErrorRecord | undefined =>
      trouble === undefined
        ? undefined
        : {
            code: 'station/heads-not-mirrored',
            message: `The heads of the record are not mirrored to ${file} (${trouble})`,
            hint: 'Connect the place that the station file names under heads; what was missed is written then.',
          },
    settle: async (): Promise<void> => {
      await writing;
    },
  };
}
