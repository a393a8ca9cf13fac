// What can go wrong while speaking DFU to a device, with the place where it did.
import type { DfuStatus } from './dfu-wire.ts';

/**
 * `stalled`, `silent`, `gone`, `babble`: the transfer itself failed; `status`: the device reported an error; `wrong-state`:
 * a state that does not belong here; `garbage`: an answer that DFU does not know; `short-read`: less than was asked for;
 * `not-dfuse`: the device does not speak DfuSe; `memory-map`: its map does not hold what is asked.
 */
export const dfuErrorKinds = [
  'stalled',
  'silent',
  'gone',
  'babble',
  'status',
  'wrong-state',
  'garbage',
  'short-read',
  'not-dfuse',
  'memory-map',
] as const;

export type DfuErrorKind = (typeof dfuErrorKinds)[number];

/** What was being done to the device. */
export type DfuStage = 'open' | 'erase' | 'write' | 'read' | 'leave';

/** Where it happened; `command` is the DFU or DfuSe word: ERASE, SET_ADDRESS, DNLOAD, UPLOAD. */
export interface DfuSite {
  readonly stage: DfuStage;
  readonly command: string;
  readonly address?: number;
  /** Zero-based block within the image. */
  readonly block?: number;
  /** Zero-based sector of the memory map. */
  readonly sector?: number;
}

/** The device did not do what it was asked. The USB error, where there is one, is the `cause`. */
export class DfuError extends Error {
  readonly kind: DfuErrorKind;
  readonly site: DfuSite;
  readonly status: DfuStatus | undefined;

  constructor(fields: { kind: DfuErrorKind; site: DfuSite; message: string; status?: DfuStatus; cause?: unknown }) {
    super(fields.message, fields.cause === undefined ? undefined : { cause: fields.cause });
    this.name = 'DfuError';
    this.kind = fields.kind;
    this.site = fields.site;
    this.status = fields.status;
  }
}

/** True for a DFU error of one of the given kinds, or of any kind when none is given. */
export function isDfuError(error: unknown, ...kinds: readonly DfuErrorKind[]): error is DfuError {
  return error instanceof DfuError && (kinds.length === 0 || kinds.includes(error.kind));
}
