// Control transfers to one DFU interface: counted, logged, and their errors told with the place where they happened.
import type { Clock } from '../../../base/clock.ts';
import { StationError } from '../../../base/station-error.ts';
import { type ControlSetup, isUsbError, type UsbDevice } from '../../../equipment/usb.ts';
import type { DfuRequestName } from './dfu-constants.ts';
import { DfuError, type DfuErrorKind, type DfuSite } from './dfu-error.ts';
import { buildDfuSetup, formatTransferLine } from './dfu-wire.ts';

/** Any request but one in which flash works. */
export const REQUEST_TIMEOUT_MS = 5_000;
/** Transfers kept for evidence; the failing one is the last. */
const LOG_LINES = 48;

export interface TransferParameters {
  /** wValue: the block number, or 0. */
  readonly value?: number;
  readonly timeoutMs?: number;
  readonly site: DfuSite;
}

/** One interface's requests. Every method throws DfuError, StationError `usb/busy` or `usb/no-access`, or the signal's reason. */
export class DfuTransfers {
  readonly #device: UsbDevice;
  readonly #interfaceNumber: number;
  readonly #clock: Clock;
  readonly #signal: AbortSignal;
  /** Written out only when somebody reads them: most flashes go well. */
  readonly #log: Parameters<typeof formatTransferLine>[] = [];
  #count = 0;

  constructor(device: UsbDevice, interfaceNumber: number, environment: { clock: Clock; signal: AbortSignal }) {
    this.#device = device;
    this.#interfaceNumber = interfaceNumber;
    this.#clock = environment.clock;
    this.#signal = environment.signal;
  }

  /** Class requests sent so far. */
  get count(): number {
    return this.#count;
  }

  /** The last transfers, oldest first. */
  get log(): readonly string[] {
    return this.#log.map((kept) => formatTransferLine(...kept));
  }

  /** A request that brings back at most `lengthBytes`. */
  transferIn(name: DfuRequestName, lengthBytes: number, parameters: TransferParameters): Promise<Uint8Array> {
    const setup = buildDfuSetup(name, 'in', parameters.value ?? 0, this.#interfaceNumber);
    const timeoutMs = parameters.timeoutMs ?? REQUEST_TIMEOUT_MS;
    const noted = { setup, name, lengthBytes, sent: new Uint8Array(0), site: parameters.site };
    return this.#runLogged(noted, () => this.#device.controlIn(setup, lengthBytes, { timeoutMs }));
  }

  /** A request that takes bytes along, or none. */
  async transferOut(name: DfuRequestName, data: Uint8Array, parameters: TransferParameters): Promise<void> {
    const setup = buildDfuSetup(name, 'out', parameters.value ?? 0, this.#interfaceNumber);
    const timeoutMs = parameters.timeoutMs ?? REQUEST_TIMEOUT_MS;
    const noted = { setup, name, lengthBytes: data.length, sent: data, site: parameters.site };
    await this.#runLogged(noted, async () => {
      await this.#device.controlOut(setup, data, { timeoutMs });
      return data;
    });
  }

  /** Waits on the session's clock; ends with the signal. */
  wait(ms: number): Promise<void> {
    return this.#clock.sleep(ms, this.#signal);
  }

  readClockMs(): number {
    return this.#clock.readMonotonicMs();
  }

  async #runLogged(
    transfer: {
      readonly setup: ControlSetup;
      readonly name: DfuRequestName;
      readonly lengthBytes: number;
      readonly sent: Uint8Array;
      readonly site: DfuSite;
    },
    run: () => Promise<Uint8Array>,
  ): Promise<Uint8Array> {
    this.#signal.throwIfAborted();
    this.#count += 1;
    const { setup, lengthBytes, sent, site } = transfer;
    try {
      const carried = await run();
      this.#logTransfer(setup, lengthBytes, carried, 'ok');
      return carried;
    } catch (error) {
      this.#logTransfer(setup, lengthBytes, sent, isUsbError(error) ? error.kind : 'error');
      throw toDfuError(error, transfer.name, site);
    }
  }

  #logTransfer(...transfer: Parameters<typeof formatTransferLine>): void {
    this.#log.push(transfer);
    if (this.#log.length > LOG_LINES) this.#log.shift();
  }
}

const DFU_KINDS: Readonly<Record<string, DfuErrorKind>> = {
  stalled: 'stalled',
  gone: 'gone',
  silent: 'silent',
  babble: 'babble',
};

const KIND_TEXTS: Readonly<Record<string, string>> = {
  stalled: 'was refused (stall)',
  gone: 'ended because the device left the bus',
  silent: 'was not answered',
  babble: 'brought more than was asked for',
};

/** A USB error of the device becomes a DfuError; one of the station becomes a StationError; others stay what they are. */
export function toDfuError(error: unknown, request: string, site: DfuSite): unknown {
  if (!isUsbError(error)) return error;
  const kind = DFU_KINDS[error.kind];
  if (!kind) return toUsbStationError(error, error.kind);
  const message = `${request} ${KIND_TEXTS[kind]} ${Math.round(error.afterMs)} ms into ${describeDfuSite(site)}`;
  return new DfuError({ kind, site, message, cause: error });
}

/** The place in words: `ERASE of sector 5 at 0x08020000`, `block 12 at 0x0802c000`. */
export function describeDfuSite(site: DfuSite): string {
  const at = site.address === undefined ? '' : ` at 0x${(site.address >>> 0).toString(16).padStart(8, '0')}`;
  if (site.sector !== undefined) return `${site.command} of sector ${site.sector}${at}`;
  if (site.block !== undefined) return `${site.command} of block ${site.block}${at}`;
  return `${site.command}${at}`;
}

function toUsbStationError(error: unknown, kind: string): unknown {
  if (kind === 'busy') {
    return new StationError({
      code: 'usb/busy',
      message: 'another program holds the DFU device',
      hint: 'Close dfu-util, an IDE, or a second station program that uses this port.',
      cause: error,
    });
  }
  if (kind === 'no-access') {
    return new StationError({
      code: 'usb/no-access',
      message: 'the DFU device may not be opened',
      hint: 'Install the udev rules that `flashline udev` prints, then plug the unit in again.',
      cause: error,
    });
  }
  return error;
}
