// The station's own trouble: raised once while it lasts, with what to do, and cleared when it is over.
import { getErrorMessage, isStationError } from '../../base/station-error.ts';
import type { UnstampedEvent } from '../../domain/events.ts';
import type { ErrorRecord } from '../../domain/run/run.ts';

export interface StationFaults {
  /** Raises a fault; the same code at the same fixture is told only once while it is open. */
  raise(fixture: number | null, fault: ErrorRecord): void;
  /** Clears what is open at a fixture; null clears the faults of the whole station. */
  clear(fixture: number | null): void;
  /** Clears one fault of the whole station, when what it told of is over. */
  clearCode(code: string): void;
  /** Codes open at a fixture. */
  listOpenCodes(fixture: number): readonly string[];
  /** Every code ever raised, in order. */
  readonly raised: readonly string[];
}

/** No fault is open at first. */
export function createStationFaults(emit: (event: UnstampedEvent) => void): StationFaults {
  const open = new Map<string, { readonly fixture: number | null; readonly code: string }>();
  const raised: string[] = [];
  return {
    raised,
    raise: (fixture, { code, message, hint }) => {
      const faultId = `${code}@${fixture ?? 'station'}`;
      if (open.has(faultId)) return;
      open.set(faultId, { fixture, code });
      raised.push(code);
      emit({ type: 'station-fault-raised', faultId, code, message, hint, fixture });
    },
    clear: (fixture) => {
      for (const [faultId, fault] of [...open]) {
        if (fault.fixture !== fixture) continue;
        open.delete(faultId);
        emit({ type: 'station-fault-cleared', faultId });
      }
    },
    clearCode: (code) => {
      const faultId = `${code}@station`;
      if (open.delete(faultId)) emit({ type: 'station-fault-cleared', faultId });
    },
    listOpenCodes: (fixture) => [...open.values()].filter((fault) => fault.fixture === fixture).map(({ code }) => code),
  };
}

/** Whatever was thrown, as it is told and kept: the station's own error, or our bug. */
export function toErrorRecord(error: unknown): ErrorRecord {
  if (isStationError(error)) return { code: error.code, message: error.message, hint: error.hint };
  if (isErrorRecord(error)) return error;
  return {
    code: 'bug/unexpected',
    message: getErrorMessage(error),
    hint: 'This is a fault of the program. Release the fixture to go on, and report it with the log.',
  };
}

function isErrorRecord(error: unknown): error is ErrorRecord {
  return typeof error === 'object' && error !== null && 'code' in error && 'message' in error && 'hint' in error;
}
