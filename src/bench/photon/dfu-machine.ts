// The Photon bootloader's DFU: its states, its pending block, and what each generation does when the work goes wrong.
import { haveSameBytes } from '../../base/bytes.ts';
import {
  acknowledgeRequest,
  answerUntruncated,
  answerWithData,
  CONTROL_PACKET_BYTES,
  leaveUnanswered,
  type SetupPacket,
  stallRequest,
} from '../board/control-endpoint.ts';
import { buildStatusAnswer, dfuRequest, dfuState, dfuStatus, dfuseCommand } from '../board/dfu-protocol.ts';
import type { ControlOutcome } from '../board/virtual-board.ts';
import { BusFault } from '../flash/flash-memory.ts';
import type { BootloaderTraits } from './bootloader-generations.ts';
import type { DfuMedium, MediumOutcome } from './dfu-media.ts';

/** Bytes per block: an address is the pointer and (block - 2) times this, whatever the length asked for. */
export const BLOCK_BYTES = 4096;

/** No state of DFU's: a status code that the source puts where a state belongs. */
const INVALID_STATE = 15;

/** From here up to the first system part nothing is erased or written. */
const PROTECTED = { start: 0x0800_0000, end: 0x0802_0000 };

const POWER_ON_POINTER = 0x0802_0000;

/** From the GETSTATUS that ends a download to the reset. */
const RESET_DELAY_MS = 500;
const DETACH_MS = 6;
const CABLE_OFF_MS = 3;

/** Rounds of writing and comparing from 0.5.0 on. */
const WRITE_ROUNDS = 3;

const ABORTABLE_STATES: ReadonlySet<number> = new Set([
  dfuState.idle,
  dfuState.downloadSync,
  dfuState.downloadIdle,
  dfuState.manifestSync,
  dfuState.uploadIdle,
]);

interface DfuMachineDeps {
  readonly traits: BootloaderTraits;
  readonly media: readonly DfuMedium[];
  reset(): void;
  reconnect(): void;
}

/** The class requests of interface 0 and everything they leave behind. */
export class DfuMachine {
  readonly #traits: BootloaderTraits;
  readonly #media: readonly DfuMedium[];
  readonly #machine: DfuMachineDeps;
  #state: number = dfuState.appIdle;
  #status: number = dfuStatus.ok;
  #pollMs = 0;
  #pointer = POWER_ON_POINTER;
  #alternate = 0;
  #pending: { readonly block: number; readonly length: number } | undefined;
  #buffer = new Uint8Array(0);
  #untilResetMs: number | undefined;
  #hung = false;

  constructor(machine: DfuMachineDeps) {
    this.#traits = machine.traits;
    this.#media = machine.media;
    this.#machine = machine;
  }

  get alternate(): number {
    return this.#alternate;
  }

  /** True when the processor is stuck in the USB interrupt: nothing is answered any more. */
  get hung(): boolean {
    return this.#hung;
  }

  get nextEventMs(): number | undefined {
    return this.#hung ? undefined : this.#untilResetMs;
  }

  advanceTime(ms: number): void {
    if (this.#untilResetMs === undefined || this.#hung) return;
    this.#untilResetMs -= ms;
    if (this.#untilResetMs > 0) return;
    this.#untilResetMs = undefined;
    this.#machine.reset();
  }

  /** SET_CONFIGURATION took or gave back the interface: a pending block is dropped. */
  onConfigurationChanged(): void {
    this.#state = dfuState.idle;
    this.#pending = undefined;
    if (!this.#traits.statusSurvivesConfiguration) this.#status = dfuStatus.ok;
    this.#clearPollTime();
  }

  /** SET_INTERFACE; false when there is no such alternate. */
  selectAlternate(alternate: number): boolean {
    if (alternate >= this.#media.length) return false;
    this.#alternate = alternate;
    return true;
  }

  handleRequest(setup: SetupPacket, data: Uint8Array): ControlOutcome {
    switch (setup.request) {
      case dfuRequest.detach:
        return this.#detach();
      case dfuRequest.download:
        return this.#download(setup, data);
      case dfuRequest.upload:
        return this.#upload(setup);
      case dfuRequest.getStatus:
        return this.#getStatus(setup);
      case dfuRequest.clearStatus:
        return this.#clearStatus();
      case dfuRequest.getState:
        return answerUntruncated(setup, Uint8Array.of(this.#state));
      case dfuRequest.abort:
        this.#abortTransfer();
        return acknowledgeRequest();
      default:
        return stallRequest(setup);
    }
  }

  #abortTransfer(): void {
    if (!ABORTABLE_STATES.has(this.#state)) return;
    this.#pending = undefined;
    this.#status = dfuStatus.ok;
    this.#enterState(dfuState.idle);
  }

  #detach(): ControlOutcome {
    this.#abortTransfer();
    this.#machine.reconnect();
    return { ...leaveUnanswered('gone'), at: 'setup', busyMs: DETACH_MS };
  }

  #download(setup: SetupPacket, data: Uint8Array): ControlOutcome {
    if (this.#state !== dfuState.idle && this.#state !== dfuState.downloadIdle) return stallRequest(setup);
    if (setup.length === 0) {
      this.#enterState(dfuState.manifestSync);
      return acknowledgeRequest();
    }
    this.#fillBuffer(data);
    this.#pending = { block: setup.value, length: setup.length };
    this.#state = dfuState.downloadSync;
    return acknowledgeRequest();
  }

  #upload(setup: SetupPacket): ControlOutcome {
    if (setup.length === 0) {
      this.#enterState(dfuState.idle);
      return acknowledgeRequest();
    }
    if (this.#state !== dfuState.idle && this.#state !== dfuState.uploadIdle) {
      this.#pending = undefined;
      return stallRequest(setup);
    }
    if (setup.value === 0) {
      this.#enterState(setup.length > 3 ? dfuState.idle : dfuState.uploadIdle);
      const commands = Uint8Array.of(dfuseCommand.get, dfuseCommand.setAddress, dfuseCommand.erase);
      this.#fillBuffer(commands);
      return answerUntruncated(setup, commands);
    }
    if (setup.value === 1) {
      this.#enterState(INVALID_STATE);
      return stallRequest(setup);
    }
    this.#enterState(dfuState.uploadIdle);
    return this.#answerUpload(setup);
  }

  #answerUpload(setup: SetupPacket): ControlOutcome {
    const address = this.#computeBlockAddress(setup.value);
    const medium = this.#findMedium(address);
    if (!medium) return answerWithData(setup, this.#buildOutOfRangeBytes(setup.length));
    try {
      return answerWithData(setup, medium.read(address, setup.length));
    } catch (error) {
      if (!(error instanceof BusFault)) throw error;
      this.#hung = true;
      const deliveredBytes = error.doneBytes - (error.doneBytes % CONTROL_PACKET_BYTES);
      return { reply: 'fault', at: 'data-in', data: medium.read(address, deliveredBytes), busyMs: 0 };
    }
  }

  #buildOutOfRangeBytes(length: number): Uint8Array {
    const bytes = new Uint8Array(length);
    if (this.#traits.outOfRangeUpload === 'download-buffer') bytes.set(this.#buffer.subarray(0, length));
    return bytes;
  }

  #clearStatus(): ControlOutcome {
    const wasError = this.#state === dfuState.error;
    this.#status = wasError ? dfuStatus.ok : dfuStatus.unknown;
    this.#enterState(wasError ? dfuState.idle : dfuState.error);
    return acknowledgeRequest();
  }

  #getStatus(setup: SetupPacket): ControlOutcome {
    if (this.#state === dfuState.downloadSync && this.#pending) return this.#runPendingBlock(this.#pending);
    if (this.#state === dfuState.downloadSync) this.#enterState(dfuState.downloadIdle);
    if (this.#state === dfuState.manifestSync) return this.#leaveDfu(setup);
    return answerUntruncated(setup, this.#buildStatusBytes(this.#state));
  }

  #leaveDfu(setup: SetupPacket): ControlOutcome {
    this.#state = dfuState.manifestWaitReset;
    if (this.#traits.leave === 'reset-after-500-ms') {
      this.#untilResetMs = RESET_DELAY_MS;
      return answerUntruncated(setup, this.#buildStatusBytes(dfuState.downloadIdle));
    }
    this.#pollMs = 1;
    const data = this.#buildStatusBytes(dfuState.manifest);
    this.#machine.reset();
    return { reply: 'gone', at: 'after-last-data-before-status', data, busyMs: CABLE_OFF_MS };
  }

  /** The work runs when the six bytes have gone out and before the status stage: the host waits there. */
  #runPendingBlock(pending: { readonly block: number; readonly length: number }): ControlOutcome {
    this.#pollMs = this.#findPollTimeMs(pending.block) ?? this.#pollMs;
    const data = this.#buildStatusBytes(dfuState.busy);
    this.#state = dfuState.busy;
    try {
      const { result, busyMs } = this.#performBlock(pending);
      if (result === 'stuck') return this.#hangProcessor('hang', data, busyMs);
      if (result === 'failed' && this.#traits.flashError === 'reset') {
        this.#machine.reset();
        return { reply: 'gone', at: 'after-last-data-before-status', data, busyMs };
      }
      this.#pending = undefined;
      this.#enterState(dfuState.downloadSync);
      const tells = result === 'nacked' || (result !== 'ok' && this.#traits.flashError === 'stall');
      return tells ? { reply: 'stall', at: 'status', data, busyMs } : { reply: 'ok', data, busyMs };
    } catch (error) {
      if (!(error instanceof BusFault)) throw error;
      return this.#hangProcessor('fault', data, error.busyMs);
    }
  }

  #hangProcessor(reply: 'hang' | 'fault', data: Uint8Array, busyMs: number): ControlOutcome {
    this.#hung = true;
    return { reply, at: 'after-last-data-before-status', data, busyMs };
  }

  #performBlock({ block, length }: { readonly block: number; readonly length: number }): {
    readonly result: MediumOutcome['result'] | 'nacked';
    readonly busyMs: number;
  } {
    if (block === 0) return this.#executeDfuseCommand(length);
    if (block === 1) return { result: 'ok', busyMs: 0 };
    return this.#writeBlock(this.#computeBlockAddress(block), length);
  }

  #executeDfuseCommand(length: number): {
    readonly result: MediumOutcome['result'] | 'nacked';
    readonly busyMs: number;
  } {
    const code = this.#buffer[0];
    if (code === dfuseCommand.get && length === 1) return { result: 'ok', busyMs: 0 };
    if (length !== 5 || (code !== dfuseCommand.setAddress && code !== dfuseCommand.erase))
      return { result: 'nacked', busyMs: 0 };
    this.#pointer = new DataView(this.#buffer.buffer).getUint32(1, true);
    if (code === dfuseCommand.setAddress) return { result: 'ok', busyMs: 0 };
    const medium = this.#findWritableMedium(this.#pointer);
    return medium ? medium.erase(this.#pointer) : { result: 'refused', busyMs: 0 };
  }

  #writeBlock(address: number, length: number): MediumOutcome {
    const medium = this.#findWritableMedium(address);
    if (!medium) return { result: 'refused', busyMs: 0 };
    const writtenLength = medium === this.#media[0] ? this.#padToWord(length) : length;
    const bytes = this.#buffer.subarray(0, writtenLength);
    if (!this.#traits.comparesWrites) return medium.write(address, bytes);
    return writeAndCompare(medium, address, bytes);
  }

  #padToWord(length: number): number {
    const padded = Math.ceil(length / 4) * 4;
    this.#buffer.fill(0xff, length, padded);
    return padded;
  }

  #computeBlockAddress(block: number): number {
    return (this.#pointer + (block - 2) * BLOCK_BYTES) >>> 0;
  }

  #findMedium(address: number): DfuMedium | undefined {
    if (!this.#traits.enforcesAlternate) return this.#media.find((medium) => medium.hasAddress(address));
    const medium = this.#media[this.#alternate];
    return medium?.hasAddress(address) ? medium : undefined;
  }

  #findWritableMedium(address: number): DfuMedium | undefined {
    if (address >= PROTECTED.start && address < PROTECTED.end) return undefined;
    return this.#findMedium(address);
  }

  /** Taken from the pointer as it is before the command; undefined leaves the old value. */
  #findPollTimeMs(block: number): number | undefined {
    const medium = this.#findMedium(this.#pointer);
    return block === 0 && this.#buffer[0] === dfuseCommand.erase ? medium?.erasePollMs : medium?.writePollMs;
  }

  #enterState(next: number): void {
    this.#state = next;
    this.#clearPollTime();
  }

  #clearPollTime(): void {
    if (!this.#traits.pollTimeoutSticks) this.#pollMs = 0;
  }

  #buildStatusBytes(shown: number): Uint8Array {
    return buildStatusAnswer(this.#status, this.#pollMs, shown);
  }

  #fillBuffer(data: Uint8Array): void {
    const needed = Math.max(BLOCK_BYTES, Math.ceil(data.length / 4) * 4);
    if (this.#buffer.length < needed) {
      const grown = new Uint8Array(needed);
      grown.set(this.#buffer);
      this.#buffer = grown;
    }
    this.#buffer.set(data);
  }
}

function writeAndCompare(medium: DfuMedium, address: number, bytes: Uint8Array): MediumOutcome {
  let busyMs = 0;
  for (let round = 0; round < WRITE_ROUNDS; round += 1) {
    let effort = medium.write(address, bytes);
    busyMs += effort.busyMs;
    if (effort.result === 'failed' || effort.result === 'refused') {
      effort = medium.write(address, bytes);
      busyMs += effort.busyMs;
    }
    if (effort.result !== 'ok') return { result: effort.result, busyMs };
    if (haveSameBytes(medium.read(address, bytes.length), bytes)) return { result: 'ok', busyMs };
  }
  return { result: 'failed', busyMs };
}
