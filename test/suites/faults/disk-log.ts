// What a disk may hold after the power went: every operation written down by the shim, replayed up to any point, the unsynced ones dropped, torn or reordered.
import { mkdirSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { Random } from '../../../src/base/random.ts';

/** One entry of the shim's log; the format is drawn in disk-shim.c. */
export interface DiskOperation {
  readonly type: 'create' | 'write' | 'truncate' | 'sync' | 'failed-sync' | 'unlink' | 'rename' | 'mark';
  /** The file, or the text of a mark. */
  readonly path: string;
  readonly offset: number;
  /** What was written, or the new name. */
  readonly data: Buffer;
}

const TYPES = {
  C: 'create',
  W: 'write',
  T: 'truncate',
  S: 'sync',
  F: 'failed-sync',
  U: 'unlink',
  R: 'rename',
  A: 'mark',
} as const;

/** Reads a log. */
export function readDiskLog(log: Buffer): readonly DiskOperation[] {
  const operations: DiskOperation[] = [];
  for (let at = 0; at < log.length; ) {
    const type = TYPES[String.fromCharCode(log[at]!) as keyof typeof TYPES];
    const pathLength = log.readUInt32LE(at + 1);
    const path = log.toString('utf8', at + 5, at + 5 + pathLength);
    const numbersAt = at + 5 + pathLength;
    const dataLength = log.readUInt32LE(numbersAt + 8);
    const data = log.subarray(numbersAt + 12, numbersAt + 12 + dataLength);
    operations.push({ type, path, offset: Number(log.readBigUInt64LE(numbersAt)), data });
    at = numbersAt + 12 + dataLength;
  }
  return operations;
}

/** A disk writes in sectors: each is old or new, never half. */
const SECTOR_BYTES = 512;

type Change = Pick<DiskOperation, 'type' | 'offset' | 'data'>;

interface DiskFile {
  durable: Buffer;
  /** Since the file was last synced. */
  readonly pending: Change[];
}

/** What survives of unsynced changes: none (dropped), all, or whatever chance leaves of their sectors. */
export type Survival = 'none' | 'all' | Random;

/** A folder on a disk that loses its power: names are durable when the folder was synced, bytes when their file was. */
export class DiskModel {
  readonly #durableNames = new Map<string, DiskFile>();
  readonly #names = new Map<string, DiskFile>();
  readonly #pendingNames: ((names: Map<string, DiskFile>) => void)[] = [];

  apply(operation: DiskOperation): void {
    const { type, path } = operation;
    if (type === 'create')
      this.#rename((names, file = { durable: Buffer.alloc(0), pending: [] }) => names.set(path, file));
    else if (type === 'unlink') this.#rename((names) => names.delete(path));
    else if (type === 'rename') this.#move(path, operation.data.toString());
    else if (type === 'sync') this.#sync(path);
    else if (type === 'failed-sync') this.#forget(path);
    else if (type !== 'mark') this.#names.get(path)?.pending.push(operation);
  }

  /** Writes what survives into a folder; shared memory never does. */
  materialise(directory: string, survival: Survival): void {
    mkdirSync(directory, { recursive: true });
    const names = new Map(this.#durableNames);
    for (const rename of this.#pendingNames.slice(0, survivingCount(this.#pendingNames.length, survival)))
      rename(names);
    for (const [path, file] of names)
      if (!path.endsWith('-shm')) writeFileSync(join(directory, basename(path)), survivingBytes(file, survival));
  }

  /** A change of names happens at once for the program and later for the disk: to the same file. */
  #rename(change: (names: Map<string, DiskFile>, file?: DiskFile) => unknown): void {
    const file: DiskFile = { durable: Buffer.alloc(0), pending: [] };
    change(this.#names, file);
    this.#pendingNames.push((names) => change(names, file));
  }

  #move(from: string, to: string): void {
    this.#rename((names) => {
      const file = names.get(from);
      if (file) names.set(to, file);
      names.delete(from);
    });
  }

  #sync(path: string): void {
    const file = this.#names.get(path);
    if (!file) {
      for (const rename of this.#pendingNames.splice(0)) rename(this.#durableNames);
      return;
    }
    file.durable = survivingBytes(file, 'all');
    file.pending.length = 0;
  }

  /** Linux takes what it could not write for written: no later sync brings it to the disk. */
  #forget(path: string): void {
    const file = this.#names.get(path);
    if (file) file.pending.length = 0;
  }
}

/** Names change in order: a journal keeps them so. */
function survivingCount(count: number, survival: Survival): number {
  if (survival === 'none') return 0;
  return survival === 'all' ? count : survival.drawInteger(count + 1);
}

function survivingBytes({ durable, pending }: DiskFile, survival: Survival): Buffer {
  if (survival === 'none') return Buffer.from(durable);
  const isKept = (): boolean => survival === 'all' || survival.drawBoolean(0.5);
  let bytes: Buffer = Buffer.from(durable);
  for (const change of pending) {
    if (change.type === 'truncate') bytes = isKept() ? resized(bytes, change.offset) : bytes;
    else for (const part of sectorsOf(change)) if (isKept()) bytes = written(bytes, part);
  }
  return bytes;
}

function* sectorsOf({ offset, data }: Change): Iterable<Change> {
  for (let at = 0; at < data.length; ) {
    const length = Math.min(data.length - at, SECTOR_BYTES - ((offset + at) % SECTOR_BYTES));
    yield { type: 'write', offset: offset + at, data: data.subarray(at, at + length) };
    at += length;
  }
}

function written(bytes: Buffer, { offset, data }: Change): Buffer {
  const grown = resized(bytes, Math.max(bytes.length, offset + data.length));
  data.copy(grown, offset);
  return grown;
}

function resized(bytes: Buffer, length: number): Buffer {
  if (length === bytes.length) return bytes;
  const other = Buffer.alloc(length);
  bytes.copy(other);
  return other;
}
