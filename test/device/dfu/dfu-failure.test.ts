// What trouble on the DFU line is called in a record.
import { describe, expect, it } from 'vitest';
import { parseHex } from '../../../src/base/bytes.ts';
import {
  DfuError,
  type DfuErrorKind,
  type DfuStage,
  dfuErrorKinds,
} from '../../../src/device/dfu/protocol/dfu-error.ts';
import { decodeStatus } from '../../../src/device/dfu/protocol/dfu-wire.ts';
import { toDfuFailure } from '../../../src/device/dfu/session/dfu-failure.ts';
import { failureCodes } from '../../../src/domain/run/failure.ts';
import { UsbError } from '../../../src/equipment/usb.ts';

const STAGES: readonly DfuStage[] = ['open', 'erase', 'write', 'read', 'leave'];

describe('trouble on the DFU line', () => {
  it.each([
    ['erase', 'stalled', 'dfu/erase-stalled'],
    ['erase', 'silent', 'dfu/erase-silent'],
    ['erase', 'gone', 'dfu/erase-vanished'],
    ['erase', 'status', 'dfu/erase-failed'],
    ['write', 'stalled', 'dfu/write-stalled'],
    ['write', 'silent', 'dfu/write-silent'],
    ['write', 'gone', 'dfu/write-vanished'],
    ['write', 'status', 'dfu/write-failed'],
    ['read', 'stalled', 'dfu/read-failed'],
    ['read', 'short-read', 'dfu/read-failed'],
    ['read', 'gone', 'usb/gone'],
    ['open', 'stalled', 'usb/stalled'],
    ['leave', 'status', 'dfu/leave-failed'],
    ['erase', 'wrong-state', 'dfu/wrong-state'],
    ['erase', 'garbage', 'dfu/garbage-status'],
  ] as const)('in %s, %s, is %s', (stage, kind, code) => {
    expect(toDfuFailure(errorOf(stage, kind)).code).toBe(code);
  });

  it('has a code and at least one piece of evidence, whatever it is', () => {
    for (const stage of STAGES) {
      for (const kind of dfuErrorKinds) {
        const failure = toDfuFailure(errorOf(stage, kind));
        expect(Object.keys(failureCodes)).toContain(failure.code);
        expect(failure.evidence.length).toBeGreaterThan(0);
      }
    }
  });

  it('that a device reports as errVENDOR is read protection', () => {
    const status = decodeStatus(parseHex('0b0000000a00'))!;
    const error = new DfuError({ kind: 'status', site: { stage: 'erase', command: 'ERASE' }, message: '', status });
    expect(toDfuFailure(error)).toMatchObject({
      code: 'dfu/read-protected',
      evidence: [{ kind: 'dfu-status', statusName: 'errVENDOR', stateName: 'dfuERROR' }],
    });
  });

  it('keeps the place, the time to the error, and what was there afterwards', () => {
    const cause = new UsbError({ kind: 'gone', portPath: '1-1', request: 'GETSTATUS', afterMs: 12.4 });
    const site = { stage: 'erase', command: 'ERASE', address: 0x08020000, sector: 5 } as const;
    const error = new DfuError({ kind: 'gone', site, message: 'gone', cause });
    expect(toDfuFailure(error, { image: 'part1', afterwards: 're-enumerated' })).toEqual({
      code: 'dfu/erase-vanished',
      message: 'gone; it came back by itself',
      site: { image: 'part1', command: 'ERASE', address: 0x08020000, sector: 5 },
      evidence: [
        {
          kind: 'usb-error',
          error: 'gone',
          request: 'GETSTATUS (ERASE)',
          afterMs: 12,
          afterwards: 're-enumerated',
          message: cause.message,
        },
      ],
    });
  });
});

function errorOf(stage: DfuStage, kind: DfuErrorKind): DfuError {
  return new DfuError({ kind, site: { stage, command: 'X' }, message: 'x' });
}
