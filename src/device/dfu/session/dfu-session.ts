// One claimed DFU interface: identified, brought to dfuIDLE, and then spoken to in whole, bounded commands.
import type { Clock } from '../../../base/clock.ts';
import type { TransferLogEvidence, UsbIdentityEvidence } from '../../../domain/run/evidence.ts';
import { isUsbError, type UsbBus, type UsbDevice, type UsbDeviceInfo } from '../../../equipment/usb.ts';
import { DfuError, type DfuSite, isDfuError } from '../protocol/dfu-error.ts';
import { DfuTransfers, describeDfuSite, toDfuError } from '../protocol/dfu-transfers.ts';
import { type DfuStatus, encodeErase, encodeSetAddress } from '../protocol/dfu-wire.ts';
import { isDeviceBusy, isStatusOk, readDfuStatus } from '../protocol/get-status.ts';
import { type BootloaderFingerprint, fingerprintBootloader, refineFingerprint } from './bootloader-fingerprint.ts';
import { type DfuIdentity, type DfuIdentityOptions, type DfuMemory, readDfuIdentity } from './dfu-identity.ts';
import { observePostFailureState, type PostFailureState } from './post-failure-state.ts';
import { recoverToIdle } from './recover-to-idle.ts';

export interface OpenDfuOptions extends DfuIdentityOptions {
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** Do not wait bwPollTimeout where the generation is proven not to need it; default false: the device is obeyed. */
  readonly pollEarly?: boolean;
}

/** A sector erase blocks its GETSTATUS for up to 2 s; 10 s is called dead by OpenOCD too. */
const ERASE_TIMEOUT_MS = 12_000;
/** Programming a block blocks its GETSTATUS for up to 3 rounds of 0.1 s. */
const WRITE_TIMEOUT_MS = 5_000;
/** A device that keeps saying dfuDNBUSY without asking for more time. */
const MAX_BUSY_MS = 15_000;
/** What a device asks for itself is waited for up to this: a mass erase of a large external flash takes minutes. */
const MAX_ASKED_MS = 300_000;
/** Answers of dfuDNBUSY, each after the time that was asked for, until a device that is known to stay there is helped out. */
const BUSY_ANSWERS_BEFORE_HELP = 3;
/** A device that stays busy takes one CLRSTATUS or two. */
const MAX_CLEARS = 2;
/** Who is still busy after the time that it asked for itself is asked again no sooner than this, whatever it says. */
const MIN_POLL_MS = 15;

/**
 * Opens, identifies and claims the device of that very enumeration and brings it to dfuIDLE. Throws DfuError (stage
 * `open`; `not-dfuse` when no image can be sent to it), StationError `usb/busy`, `usb/no-access`, or the signal's reason.
 */
export async function openDfuSession(bus: UsbBus, info: UsbDeviceInfo, options: OpenDfuOptions): Promise<DfuSession> {
  const site: DfuSite = { stage: 'open', command: 'OPEN' };
  options.signal.throwIfAborted();
  const device = await wrapUsbErrors(site, () => bus.open(info));
  try {
    const identity = await wrapUsbErrors(site, () => readDfuIdentity(device, site, options));
    await wrapUsbErrors(site, () => device.claim(identity.interfaceNumber));
    const session = new DfuSession(bus, device, identity, options);
    await session.selectMemory(identity.memories[0]!.alternate);
    await recoverToIdle(session.transfers, identity.quirks);
    return session;
  } catch (error) {
    await device.close();
    throw error;
  }
}

/**
 * An open DFU device. Commands throw DfuError with their place, or the signal's reason. After `erase`, `setAddress` and
 * `write` the device is in dfuDNLOAD-IDLE; after `endTransfer` in dfuIDLE.
 */
export class DfuSession {
  readonly info: UsbDeviceInfo;
  readonly identity: DfuIdentity;
  readonly transfers: DfuTransfers;
  readonly #bus: UsbBus;
  readonly #device: UsbDevice;
  readonly #options: OpenDfuOptions;
  #fingerprint: BootloaderFingerprint;
  #alternate: number | undefined;

  constructor(bus: UsbBus, device: UsbDevice, identity: DfuIdentity, options: OpenDfuOptions) {
    this.info = device.info;
    this.identity = identity;
    this.#bus = bus;
    this.#device = device;
    this.#options = options;
    this.#fingerprint = fingerprintBootloader({ ...device.info, transferSizeBytes: identity.transferSizeBytes });
    this.transfers = new DfuTransfers(device, identity.interfaceNumber, options);
  }

  get clock(): Clock {
    return this.#options.clock;
  }

  /** Which generation of bootloader answers; sharpened by `updateModuleVersion`. */
  get fingerprint(): BootloaderFingerprint {
    return this.#fingerprint;
  }

  /**
   * Devices of unknown make are told the address of each block that is written, as dfu-util does for all: some take the
   * length of a short last block for the size of all (usbd-dfu #6). Known ones count blocks from one address (UM0424 §4).
   */
  get needsAddressPerBlock(): boolean {
    return this.#fingerprint.generation === 'unknown';
  }

  updateModuleVersion(moduleVersion: number): void {
    this.#fingerprint = refineFingerprint(this.#fingerprint, moduleVersion);
  }

  /** The memory of an alternate setting. Throws DfuError `memory-map` when the device has none of that number or no map for it. */
  requireMemory(alternate: number): DfuMemory & { readonly map: NonNullable<DfuMemory['map']> } {
    const memory = this.identity.memories.find((one) => one.alternate === alternate);
    if (memory?.map) return { ...memory, map: memory.map };
    const numbers = this.identity.memories.map((one) => one.alternate).join(', ');
    const found = memory
      ? `the name of alternate setting ${alternate} is ${JSON.stringify(memory.name)}, which is no memory map`
      : `the device has no alternate setting ${alternate}, it has ${numbers}`;
    throw new DfuError({ kind: 'memory-map', site: { stage: 'open', command: 'SET_INTERFACE' }, message: found });
  }

  /** Chooses the memory that addresses mean; does nothing when it is chosen already. Only from dfuIDLE. */
  async selectMemory(alternate: number): Promise<void> {
    if (this.#alternate === alternate) return;
    const site: DfuSite = { stage: 'open', command: 'SET_INTERFACE' };
    this.#options.signal.throwIfAborted();
    await wrapUsbErrors(site, () => this.#device.selectAlternate(this.identity.interfaceNumber, alternate));
    this.#alternate = alternate;
  }

  /** Sets the address that block 2 means. */
  setAddress(address: number, site: DfuSite): Promise<void> {
    return this.#sendCommand(encodeSetAddress(address), { ...site, command: 'SET_ADDRESS', address }, WRITE_TIMEOUT_MS);
  }

  /** Erases the sector that holds the address. A stall is the answer and is never asked about again. */
  erase(address: number, sector: number): Promise<void> {
    return this.#sendCommand(
      encodeErase(address),
      { stage: 'erase', command: 'ERASE', address, sector },
      ERASE_TIMEOUT_MS,
    );
  }

  /** Writes one block; `number` is its wBlockNum. */
  async write(number: number, bytes: Uint8Array, site: DfuSite): Promise<void> {
    await this.transfers.transferOut('DNLOAD', bytes, { value: number, site });
    const status = await this.getStatus(site, WRITE_TIMEOUT_MS);
    await this.#pollUntilIdle(status, site, WRITE_TIMEOUT_MS);
  }

  /**
   * Reads one block of exactly `lengthBytes`. Only from dfuIDLE or dfuUPLOAD-IDLE. A refused UPLOAD works on nothing, so
   * the device may be asked why: ROM loaders then name read protection.
   */
  async read(number: number, lengthBytes: number, site: DfuSite): Promise<Uint8Array> {
    const bytes = await this.transfers
      .transferIn('UPLOAD', lengthBytes, { value: number, site })
      .catch(async (error) => {
        throw isDfuError(error, 'stalled') ? await this.#readRefusalReason(error) : error;
      });
    if (bytes.length === lengthBytes) return bytes;
    const message = `UPLOAD brought ${bytes.length} of ${lengthBytes} bytes in ${describeDfuSite(site)}`;
    throw new DfuError({ kind: 'short-read', site, message });
  }

  /** ABORT: ends a download or an upload, back to dfuIDLE. */
  endTransfer(site: DfuSite): Promise<void> {
    return this.transfers.transferOut('ABORT', new Uint8Array(0), { site });
  }

  /** GETSTATUS. Throws DfuError `garbage` for an answer that is none. */
  async getStatus(site: DfuSite, timeoutMs?: number): Promise<DfuStatus> {
    return readDfuStatus(this.transfers, site, timeoutMs);
  }

  /** Whether a device is at the port after a failure; waits a short while for one that left. */
  observePostFailureState(): Promise<PostFailureState> {
    return observePostFailureState(this.#bus, this.info, this.#options);
  }

  /** How the device presented itself. */
  buildIdentityEvidence(): UsbIdentityEvidence {
    const { portPath, vendorId, productId, bcdDevice, manufacturer, product, serialNumber } = this.info;
    return {
      kind: 'usb-identity',
      ...{ portPath, vendorId, productId, bcdDevice },
      ...(manufacturer !== undefined && { manufacturer }),
      ...(product !== undefined && { product }),
      ...(serialNumber !== undefined && { serialNumber }),
      transferSizeBytes: this.identity.transferSizeBytes,
      alternateNames: this.identity.memories.map((memory) => memory.name),
      ...(this.identity.remarks.length > 0 && { remarks: this.identity.remarks }),
      ...(this.identity.appliedQuirks.length > 0 && {
        quirks: this.identity.appliedQuirks.map(({ name, source }) => `${name}: ${source}`),
      }),
    };
  }

  buildTransferLogEvidence(): TransferLogEvidence {
    return { kind: 'transfer-log', transfers: this.transfers.log };
  }

  /** Resets the device at its port; the session can only be closed afterwards. A device that is gone already has done it. */
  async reset(): Promise<void> {
    await this.#device.reset().catch((error) => {
      if (!isUsbError(error, 'gone')) throw toDfuError(error, 'reset', { stage: 'leave', command: 'RESET' });
    });
  }

  /** Releases the device; never throws. */
  close(): Promise<void> {
    return this.#device.close();
  }

  /** The status that a device reports after a refusal, or the refusal itself when it reports none. */
  async #readRefusalReason(refusal: DfuError): Promise<DfuError> {
    const status = await this.getStatus(refusal.site).catch(() => undefined);
    return status === undefined || isStatusOk(status) ? refusal : createReportedStatusError(status, refusal.site);
  }

  /**
   * A DfuSe command: it runs inside the first GETSTATUS, which must say dfuDNBUSY (AN3156 §4). Devices of unknown make may
   * be done at once, as DFU 1.1 §A.2.3 allows.
   */
  async #sendCommand(command: Uint8Array, site: DfuSite, timeoutMs: number): Promise<void> {
    await this.transfers.transferOut('DNLOAD', command, { value: 0, site });
    const status = await this.getStatus(site, timeoutMs);
    const isDoneAtOnce = status.stateName === 'dfuDNLOAD-IDLE' && this.#fingerprint.generation === 'unknown';
    if (isStatusOk(status) && status.stateName !== 'dfuDNBUSY' && !isDoneAtOnce)
      throw createWrongStateError(status, site, 'dfuDNBUSY');
    await this.#pollUntilIdle(status, site, timeoutMs);
  }

  async #pollUntilIdle(first: DfuStatus, site: DfuSite, timeoutMs: number): Promise<void> {
    const { quirks } = this.identity;
    const startedMs = this.transfers.readClockMs();
    let status = first;
    let askedMs = 0;
    let stallsLeft = quirks.pollStallLimit ?? 0;
    for (let polls = 0; isStatusOk(status) && isDeviceBusy(status); polls += 1) {
      if (quirks.staysBusy && polls === BUSY_ANSWERS_BEFORE_HELP) return this.#leaveBusyState(site);
      const pollMs = quirks.fixedPollMs ?? status.pollTimeoutMs;
      askedMs += pollMs;
      const limitMs = Math.min(Math.max(MAX_BUSY_MS, askedMs), MAX_ASKED_MS);
      const leftMs = limitMs - (this.transfers.readClockMs() - startedMs);
      if (leftMs <= 0) throw createStuckError(status, site, { polls, limitMs });
      if (polls === 0) await this.#waitForPollTimeout(Math.min(pollMs, leftMs));
      else await this.transfers.wait(Math.min(Math.max(pollMs, MIN_POLL_MS), leftMs));
      try {
        status = await this.getStatus(site, timeoutMs);
      } catch (error) {
        if (stallsLeft === 0 || pollMs === 0 || !isDfuError(error, 'stalled')) throw error;
        stallsLeft -= 1;
      }
    }
    if (!isStatusOk(status)) throw createReportedStatusError(status, site);
    if (status.stateName !== 'dfuDNLOAD-IDLE') throw createWrongStateError(status, site, 'dfuDNLOAD-IDLE');
  }

  /** CLRSTATUS, twice at most, for a device known to stay in dfuDNBUSY when its work is done; the read-back proves the work. */
  async #leaveBusyState(site: DfuSite): Promise<void> {
    let status: DfuStatus | undefined;
    for (let clears = 0; clears < MAX_CLEARS; clears += 1) {
      await this.transfers.transferOut('CLRSTATUS', new Uint8Array(0), { site });
      status = await this.getStatus(site);
      if (isStatusOk(status) && (status.stateName === 'dfuIDLE' || status.stateName === 'dfuDNLOAD-IDLE')) return;
    }
    throw createWrongStateError(status!, site, 'dfuIDLE');
  }

  async #waitForPollTimeout(pollTimeoutMs: number): Promise<void> {
    const mayPollEarly = this.#options.pollEarly === true && this.#fingerprint.earlyPollIsProven;
    if (pollTimeoutMs > 0 && !mayPollEarly) await this.transfers.wait(pollTimeoutMs);
  }
}

function createReportedStatusError(status: DfuStatus, site: DfuSite): DfuError {
  const message = `the device reported ${status.statusName} in state ${status.stateName} for ${describeDfuSite(site)}`;
  return new DfuError({ kind: 'status', site, status, message });
}

function createWrongStateError(status: DfuStatus, site: DfuSite, expected: string): DfuError {
  const message = `${describeDfuSite(site)} led to ${status.stateName}, not to ${expected}`;
  return new DfuError({ kind: 'wrong-state', site, status, message });
}

function createStuckError(
  status: DfuStatus,
  site: DfuSite,
  { polls, limitMs }: { readonly polls: number; readonly limitMs: number },
): DfuError {
  const whose = limitMs === MAX_ASKED_MS ? 'more than is waited for any device' : 'the device asked for no more';
  const message = `the device still says ${status.stateName} after ${polls} polls and ${limitMs / 1000} s (${whose}) of ${describeDfuSite(site)}`;
  return new DfuError({ kind: 'wrong-state', site, status, message });
}

async function wrapUsbErrors<Answer>(site: DfuSite, run: () => Promise<Answer>): Promise<Answer> {
  try {
    return await run();
  } catch (error) {
    throw toDfuError(error, site.command, site);
  }
}
