// A clock that the processes of one machine share.

/** Milliseconds of the kernel's monotonic clock. */
export function machineMs(): number {
  return Number(process.hrtime.bigint()) / 1e6;
}
