// Turns trouble on the DFU line into the unit's failure: code, place, and the evidence for it.

import type { DfuStatusEvidence, Evidence } from '../../../domain/run/evidence.ts';
import type { Failure, FailureCode, FailureSite } from '../../../domain/run/failure.ts';
import { isUsbError } from '../../../equipment/usb.ts';
import { buildUsbErrorEvidence } from '../../../equipment/usb-error-evidence.ts';
import type { DfuError, DfuErrorKind, DfuStage } from '../protocol/dfu-error.ts';
import type { DfuStatus } from '../protocol/dfu-wire.ts';
import type { PostFailureState } from './post-failure-state.ts';

/** What is known besides the error itself. */
export interface DfuFailureContext {
  readonly image?: string;
  /** Whether a device was still there shortly afterwards. */
  readonly afterwards?: PostFailureState;
  /** More to quote: the transfer log, the flash map. */
  readonly evidence?: readonly Evidence[];
}

/** The failure that an error of the DFU line means for the unit. The error's own words are the message. */
export function toDfuFailure(error: DfuError, context: DfuFailureContext = {}): Failure {
  const { site } = error;
  const failureSite: FailureSite = {
    command: site.command,
    ...(context.image !== undefined && { image: context.image }),
    ...(site.address !== undefined && { address: site.address }),
    ...(site.block !== undefined && { block: site.block }),
    ...(site.sector !== undefined && { sector: site.sector }),
  };
  return {
    code: findFailureCode(error),
    message: `${error.message}${describePostFailureState(error, context.afterwards)}`,
    site: failureSite,
    evidence: [...buildErrorEvidence(error, context), ...(context.evidence ?? [])],
  };
}

/** The status as it is kept in a record. */
function buildStatusEvidence(status: DfuStatus): DfuStatusEvidence {
  return { kind: 'dfu-status', ...status };
}

/** ROM loaders answer errVENDOR where read protection forbids what was asked (AN3156). */
const READ_PROTECTED_STATUS = 'errVENDOR';

const CODES_BY_STAGE: Readonly<Record<DfuStage, Readonly<Partial<Record<DfuErrorKind, FailureCode>>>>> = {
  open: { stalled: 'usb/stalled', silent: 'usb/silent', gone: 'usb/gone', status: 'dfu/wrong-state' },
  erase: {
    stalled: 'dfu/erase-stalled',
    silent: 'dfu/erase-silent',
    gone: 'dfu/erase-vanished',
    status: 'dfu/erase-failed',
  },
  write: {
    stalled: 'dfu/write-stalled',
    silent: 'dfu/write-silent',
    gone: 'dfu/write-vanished',
    status: 'dfu/write-failed',
  },
  read: { stalled: 'dfu/read-failed', silent: 'usb/silent', gone: 'usb/gone', status: 'dfu/read-failed' },
  leave: { stalled: 'dfu/leave-failed', silent: 'usb/silent', gone: 'usb/gone', status: 'dfu/leave-failed' },
};

const CODES_OF_EVERY_STAGE: Readonly<Partial<Record<DfuErrorKind, FailureCode>>> = {
  babble: 'dfu/garbage-status',
  garbage: 'dfu/garbage-status',
  'wrong-state': 'dfu/wrong-state',
  'short-read': 'dfu/read-failed',
  'not-dfuse': 'dfu/not-dfuse',
  'memory-map': 'dfu/memory-map',
};

function findFailureCode(error: DfuError): FailureCode {
  if (error.status?.statusName === READ_PROTECTED_STATUS) return 'dfu/read-protected';
  return CODES_BY_STAGE[error.site.stage][error.kind] ?? CODES_OF_EVERY_STAGE[error.kind] ?? 'dfu/wrong-state';
}

function buildErrorEvidence(error: DfuError, context: DfuFailureContext): readonly Evidence[] {
  if (isUsbError(error.cause)) {
    const { cause, site } = error;
    const evidence = buildUsbErrorEvidence(cause, `${cause.request} (${site.command})`);
    return [{ ...evidence, ...(context.afterwards !== undefined && { afterwards: context.afterwards }) }];
  }
  if (error.status) return [buildStatusEvidence(error.status)];
  return [{ kind: 'note', text: error.message }];
}

function describePostFailureState(error: DfuError, afterwards: PostFailureState | undefined): string {
  if (error.kind === 'gone' && afterwards === 're-enumerated') return '; it came back by itself';
  if (error.kind === 'gone' && afterwards === 'absent') return '; it did not come back';
  if (error.kind !== 'gone' && afterwards === 're-enumerated') return '; it has re-enumerated since';
  return '';
}
