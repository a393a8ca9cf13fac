// Numbers that a virtual DFU device answers with (DFU 1.1 §6.1.2 and Annex A), by the device's side of the standard.

/** bRequest. */
export const dfuRequest = {
  detach: 0,
  download: 1,
  upload: 2,
  getStatus: 3,
  clearStatus: 4,
  getState: 5,
  abort: 6,
} as const;

/** bState. */
export const dfuState = {
  appIdle: 0,
  appDetach: 1,
  idle: 2,
  downloadSync: 3,
  busy: 4,
  downloadIdle: 5,
  manifestSync: 6,
  manifest: 7,
  manifestWaitReset: 8,
  uploadIdle: 9,
  error: 10,
} as const;

/** bStatus. */
export const dfuStatus = {
  ok: 0,
  target: 1,
  write: 3,
  erase: 4,
  address: 8,
  notDone: 9,
  firmware: 10,
  vendor: 11,
  unknown: 14,
  stalledPacket: 15,
} as const;

/** The first byte of a DfuSe command, which block 0 carries (UM0424). */
export const dfuseCommand = { get: 0x00, setAddress: 0x21, erase: 0x41, readUnprotect: 0x92 } as const;

/** bmAttributes. */
export const dfuAttribute = { canDownload: 1, canUpload: 2, manifestationTolerant: 4, willDetach: 8 } as const;

/** GETSTATUS answer: status, bwPollTimeout u24, state, iString. */
export function buildStatusAnswer(status: number, pollMs: number, state: number): Uint8Array {
  return Uint8Array.of(status, pollMs & 0xff, (pollMs >> 8) & 0xff, (pollMs >> 16) & 0xff, state, 0);
}
