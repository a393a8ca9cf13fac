// A debug probe without OpenOCD: it reaches into the virtual board, so that steps can be held to what they do with its findings.

import type { Photon } from '../../../src/bench/photon/photon-board.ts';
import type { ProbeEvidence } from '../../../src/domain/run/evidence.ts';
import type { DebugProbe, ProbeFailureCode, ProbeOutcome, ProbeTarget } from '../../../src/equipment/debug-probe.ts';
import { findStm32f2Sectors, locateStm32f2Sector } from '../../../src/equipment/stm32f2-sectors.ts';

export interface DirectProbe extends DebugProbe {
  /** What was done, in order. */
  readonly deeds: readonly string[];
}

const evidence: ProbeEvidence = {
  kind: 'probe',
  operation: 'test',
  probe: 'direct',
  exitCode: 0,
  stages: [],
  facts: {},
  log: [],
};

/** A probe on the board; `changes` are what it finds otherwise than it is, `failures` what its operations come to. */
export function directProbe(
  board: Photon,
  changes: Partial<ProbeTarget> = {},
  failures: { readonly flash?: ProbeOutcome<never>; readonly lock?: ProbeFailureCode | 'ignored' } = {},
): DirectProbe {
  const deeds: string[] = [];
  const { flash } = board;
  const ok = <Value>(value: Value): ProbeOutcome<Value> => ({ ok: true, value, evidence });
  const rdpLevel = (): 0 | 1 => (flash.optionBytes.rdp === 0xaa ? 0 : 1);
  return {
    name: 'direct',
    deeds,
    examine: async () => {
      deeds.push('examine');
      return ok({
        deviceId: '0x200f6411',
        flashSizeBytes: 1_048_576,
        uniqueId: board.deviceId,
        supplyMv: 3_300,
        rdpLevel: rdpLevel(),
        writeProtectedSectors: [0],
        blankSectors: [],
        isFlashReadable: rdpLevel() === 0,
        ...changes,
      });
    },
    flash: async ({ segments }) => {
      deeds.push('flash');
      if (failures.flash) return failures.flash;
      const sectors = findStm32f2Sectors(segments.map(({ address, bytes }) => ({ address, sizeBytes: bytes.length })))!;
      for (const sector of sectors.map(locateStm32f2Sector))
        flash.forceBytes(sector.address, new Uint8Array(sector.sizeBytes).fill(0xff));
      for (const { address, bytes } of segments) flash.forceBytes(address, bytes);
      const times = { durationMs: 900, eraseMs: 250, writeMs: 250, verifyMs: 80 };
      return ok({
        ...times,
        sectors,
        foundProtected: [0],
        leftProtected: [0],
      });
    },
    dump: async ({ address, sizeBytes }) => {
      deeds.push('dump');
      return ok(flash.read(address, sizeBytes));
    },
    setReadProtection: async (level) => {
      deeds.push(level === 1 ? 'lock' : 'unlock');
      if (failures.lock !== undefined && failures.lock !== 'ignored')
        return { ok: false, code: failures.lock, message: 'It did not take.', evidence };
      if (failures.lock === undefined) flash.programOptionBytes({ rdp: level === 1 ? 0 : 0xaa });
      return ok(null);
    },
  };
}
