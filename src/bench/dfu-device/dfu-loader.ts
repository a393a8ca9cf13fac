// The program of a device in DFU mode: DFU 1.1 by its state diagram (Annex A), with DfuSe's commands and a family's habits.
import type { BoardProgram } from '../board/board-program.ts';
import {
  acknowledgeRequest,
  answerWithData,
  ControlEndpoint,
  type ControlRequestHandler,
  leaveUnanswered,
  parseSetupPacket,
  type SetupPacket,
  stallRequest,
} from '../board/control-endpoint.ts';
import {
  buildStatusAnswer,
  dfuAttribute,
  dfuRequest,
  dfuState,
  dfuStatus,
  dfuseCommand,
} from '../board/dfu-protocol.ts';
import type { BusPresence, ControlOutcome } from '../board/virtual-board.ts';
import type { DfuHabits, DfuPersonality } from './dfu-personality.ts';
import { buildLoaderPresence } from './dfu-presence.ts';
import type { LoaderMedium } from './loader-medium.ts';

const FIRST_DATA_BLOCK = 2;
/** From the GETSTATUS that shows dfuMANIFEST to leaving the bus. */
const MANIFEST_MS = 10;
/** From new option bytes to the reset that takes them. */
const RELOAD_MS = 20;

export interface DfuLoaderOptions {
  readonly personality: DfuPersonality;
  readonly medium: LoaderMedium;
  /** Ends this program and starts what was loaded. */
  readonly startApplication: () => void;
  /** Begins anew, as after a reset of the chip. */
  readonly restart: () => void;
}

export class DfuLoader implements BoardProgram, ControlRequestHandler {
  readonly presence: BusPresence;
  readonly interfaceLimit = 0;
  readonly #options: DfuLoaderOptions;
  readonly #endpoint = new ControlEndpoint(this);
  readonly #habits: DfuHabits;
  #state: number = dfuState.idle;
  #status: number = dfuStatus.ok;
  #alternate = 0;
  #pointer: number;
  #pending: { readonly block: number; readonly data: Uint8Array } | undefined;
  #busyMs = 0;
  #pollMs = 0;
  #isHung = false;
  #stallsLeft = 0;
  #clearsLeft = 0;
  #startInMs: number | undefined;
  #restartInMs: number | undefined;
  #nextBlock = 0;
  /** A new image was taken: the next bus reset starts it. */
  #hasManifested = false;

  constructor(options: DfuLoaderOptions) {
    this.#options = options;
    this.#habits = options.personality.habits ?? {};
    this.#pointer = options.personality.regions[0]!.address;
    this.presence = buildLoaderPresence(options.personality);
    if (this.#habits.startsInError) this.#fail(dfuStatus.firmware);
  }

  get nextEventMs(): number | undefined {
    return this.#restartInMs ?? this.#startInMs;
  }

  advanceTime(ms: number): void {
    this.#busyMs = Math.max(0, this.#busyMs - ms);
    if (this.#restartInMs !== undefined) {
      this.#restartInMs -= ms;
      if (this.#restartInMs <= 0) this.#options.restart();
      return;
    }
    if (this.#startInMs === undefined) return;
    this.#startInMs -= ms;
    if (this.#startInMs > 0) return;
    this.#startInMs = undefined;
    this.#options.startApplication();
  }

  handleBusReset(): void {
    this.#endpoint.handleBusReset();
    if (this.#hasManifested) this.#options.startApplication();
  }

  receiveSerial(): void {}

  onConfigurationChanged(): number {
    return 0;
  }

  handleControlTransfer(setupBytes: Uint8Array, data: Uint8Array): ControlOutcome {
    if (this.#isHung) return leaveUnanswered('hang');
    return this.#endpoint.handleControlTransfer(parseSetupPacket(setupBytes), data);
  }

  handleInterfaceRequest(setup: SetupPacket, data: Uint8Array): ControlOutcome {
    if (((setup.requestType >> 5) & 3) === 1) return this.#handleDfuRequest(setup, data);
    if (setup.request === 10) return answerWithData(setup, Uint8Array.of(this.#alternate));
    if (setup.request !== 11 || setup.value >= this.#options.personality.alternateNames.length) {
      return stallRequest(setup);
    }
    this.#alternate = setup.value;
    return acknowledgeRequest();
  }

  #handleDfuRequest(setup: SetupPacket, data: Uint8Array): ControlOutcome {
    switch (setup.request) {
      case dfuRequest.download:
        return this.#download(setup, data);
      case dfuRequest.upload:
        return this.#upload(setup);
      case dfuRequest.getStatus:
        return this.#answerStatus(setup);
      case dfuRequest.clearStatus:
        return this.#clearStatus(setup);
      case dfuRequest.getState:
        return answerWithData(setup, Uint8Array.of(this.#state));
      case dfuRequest.abort:
        return this.#abort(setup);
      default:
        return stallRequest(setup);
    }
  }

  #has(attribute: number): boolean {
    return (this.#options.personality.attributes & attribute) !== 0;
  }

  #abort(setup: SetupPacket): ControlOutcome {
    if (this.#state === dfuState.error || this.#state === dfuState.busy) return this.#refuse(setup);
    this.#returnToIdle();
    return acknowledgeRequest();
  }

  #download(setup: SetupPacket, data: Uint8Array): ControlOutcome {
    if (this.#state !== dfuState.idle && this.#state !== dfuState.downloadIdle) return this.#refuse(setup);
    if (setup.length === 0) return this.#beginManifestation(setup);
    if (this.#options.personality.protocol === 'dfu') {
      if (this.#state === dfuState.idle) this.#nextBlock = 0;
      if (setup.value !== this.#nextBlock) return this.#refuse(setup);
      this.#nextBlock = (this.#nextBlock + 1) & 0xffff;
    }
    this.#pending = { block: setup.value, data: data.slice() };
    this.#state = dfuState.downloadSync;
    return acknowledgeRequest();
  }

  #beginManifestation(setup: SetupPacket): ControlOutcome {
    if (this.#options.personality.protocol === 'dfu' && this.#state === dfuState.idle) return this.#refuse(setup);
    if (this.#habits.leavesUnanswered) {
      this.#options.startApplication();
      return leaveUnanswered('gone');
    }
    this.#state = dfuState.manifestSync;
    return acknowledgeRequest();
  }

  #upload(setup: SetupPacket): ControlOutcome {
    const { personality, medium } = this.#options;
    if (!this.#has(dfuAttribute.canUpload)) return stallRequest(setup);
    if (this.#state !== dfuState.idle && this.#state !== dfuState.uploadIdle) return this.#refuse(setup);
    const address = this.#computeAddress(setup.value);
    if (personality.protocol === 'dfuse' && setup.value === 0) {
      const known = [dfuseCommand.get, dfuseCommand.setAddress, dfuseCommand.erase];
      return answerWithData(setup, Uint8Array.from(medium.unlock ? [...known, dfuseCommand.readUnprotect] : known));
    }
    if (medium.isLocked) return this.#refuse(setup, dfuStatus.vendor);
    if (!medium.holds(address, 1)) {
      if (personality.protocol === 'dfuse') return this.#refuse(setup, dfuStatus.target);
      this.#returnToIdle();
      return answerWithData(setup, new Uint8Array(0));
    }
    this.#state = dfuState.uploadIdle;
    return answerWithData(setup, medium.readBytes(address, setup.length));
  }

  #computeAddress(block: number, blockBytes: number = this.#options.personality.transferSizeBytes): number {
    const { protocol, slotAddresses } = this.#options.personality;
    if (protocol === 'dfuse') return this.#pointer + (block - FIRST_DATA_BLOCK) * blockBytes;
    return (slotAddresses?.[this.#alternate] ?? 0) + block * blockBytes;
  }

  /** In dfuDNLOAD-SYNC the work begins and dfuDNBUSY is shown; asked again, the device waits for its end. */
  #answerStatus(setup: SetupPacket): ControlOutcome {
    if (this.#state === dfuState.downloadSync && this.#pending) return this.#startWork(setup, this.#pending);
    if (this.#stallsLeft > 0) {
      this.#stallsLeft -= 1;
      return stallRequest(setup);
    }
    if (this.#clearsLeft > 0) return this.#tellStatus(setup, dfuState.busy);
    if (this.#state === dfuState.manifestSync) this.#manifest();
    else if (this.#state === dfuState.manifest && this.#has(dfuAttribute.manifestationTolerant)) this.#returnToIdle();
    else if (this.#state === dfuState.manifest && this.#options.personality.protocol === 'dfu')
      this.#state = dfuState.manifestWaitReset;
    const busyMs = this.#busyMs;
    this.#busyMs = 0;
    return { ...this.#tellStatus(setup, this.#state), busyMs };
  }

  #startWork(setup: SetupPacket, work: { readonly block: number; readonly data: Uint8Array }): ControlOutcome {
    this.#pending = undefined;
    this.#pollMs = 0;
    const failure = this.#runBlock(work.block, work.data);
    const answer = this.#tellStatus(setup, dfuState.busy);
    if (failure === undefined) this.#state = dfuState.downloadIdle;
    else this.#fail(failure);
    return answer;
  }

  #tellStatus(setup: SetupPacket, shown: number): ControlOutcome {
    const status = shown === dfuState.busy ? dfuStatus.ok : this.#status;
    const pollMs = this.#habits.bogusPollMs ?? (shown === dfuState.busy ? this.#pollMs : 0);
    return answerWithData(setup, buildStatusAnswer(status, pollMs, shown));
  }

  #manifest(): void {
    this.#state = dfuState.manifest;
    this.#hasManifested = true;
    const isTolerant = this.#has(dfuAttribute.manifestationTolerant);
    const startsByItself = this.#options.personality.protocol === 'dfuse' || this.#has(dfuAttribute.willDetach);
    if (!isTolerant && startsByItself) this.#startInMs = MANIFEST_MS;
  }

  #runBlock(block: number, data: Uint8Array): number | undefined {
    const { protocol, slotAddresses } = this.#options.personality;
    if (protocol === 'dfuse' && block === 0) return this.#runCommand(data);
    const { medium } = this.#options;
    if (medium.isLocked) return dfuStatus.vendor;
    const address = this.#computeAddress(block, this.#habits.addressesByPayload ? data.length : undefined);
    if (protocol === 'dfu') this.#eraseAhead(address, data.length, slotAddresses?.[this.#alternate] ?? 0);
    if (!medium.holds(address, data.length)) return protocol === 'dfu' ? dfuStatus.address : dfuStatus.target;
    const { status, busyMs, isStuck = false } = medium.programBytes(address, data);
    this.#busyMs += busyMs;
    this.#isHung ||= isStuck;
    if (this.#habits.restartsAtOptionBytes && medium.isRewritable(address)) this.#restartInMs = RELOAD_MS;
    return status;
  }

  /** A plain DFU device erases by itself what it is about to write. */
  #eraseAhead(address: number, sizeBytes: number, slot: number): void {
    const { medium, personality } = this.#options;
    for (const region of personality.regions) {
      for (let at = 0; at < region.sectorCount; at += 1) {
        const start = region.address + at * region.sectorBytes;
        const isEntered = start >= address && start < address + sizeBytes;
        if (isEntered || (address === slot && start === slot)) medium.eraseSector(start);
      }
    }
  }

  #runCommand(data: Uint8Array): number | undefined {
    const [code] = data;
    if (code === dfuseCommand.get && data.length === 1) return undefined;
    if (code === dfuseCommand.readUnprotect && data.length === 1) return this.#unlock();
    if (code === dfuseCommand.erase && data.length === 1) return this.#erase((medium) => medium.eraseAll?.());
    if (data.length !== 5) return dfuStatus.stalledPacket;
    const address = new DataView(data.buffer, data.byteOffset).getUint32(1, true);
    if (code === dfuseCommand.setAddress) {
      if (!this.#options.medium.holds(address, 1)) return dfuStatus.target;
      this.#pointer = address;
      return undefined;
    }
    return code === dfuseCommand.erase ? this.#erase((medium) => medium.eraseSector(address)) : dfuStatus.stalledPacket;
  }

  /** Removing read protection erases everything and resets the chip. */
  #unlock(): number | undefined {
    const { medium, restart } = this.#options;
    if (!medium.unlock) return dfuStatus.stalledPacket;
    medium.unlock();
    restart();
    return undefined;
  }

  #erase(operate: (medium: LoaderMedium) => ReturnType<LoaderMedium['eraseSector']> | undefined): number | undefined {
    const { medium } = this.#options;
    if (medium.isLocked) return dfuStatus.vendor;
    const outcome = operate(medium);
    if (!outcome) return dfuStatus.stalledPacket;
    if (outcome.status !== undefined) return outcome.status;
    this.#busyMs += outcome.busyMs;
    this.#pollMs = outcome.pollMs;
    this.#isHung ||= outcome.isStuck ?? false;
    this.#stallsLeft = this.#habits.pollStalls ?? 0;
    this.#clearsLeft = this.#habits.clearsToEndBusy ?? 0;
    return undefined;
  }

  #clearStatus(setup: SetupPacket): ControlOutcome {
    if (this.#clearsLeft > 0) {
      this.#clearsLeft -= 1;
      if (this.#clearsLeft === 0) this.#returnToIdle();
      return acknowledgeRequest();
    }
    if (this.#state === dfuState.error) this.#returnToIdle();
    return this.#habits.stallsClearStatus ? stallRequest(setup) : acknowledgeRequest();
  }

  #returnToIdle(): void {
    this.#state = dfuState.idle;
    this.#status = dfuStatus.ok;
    this.#pending = undefined;
  }

  #fail(status: number): void {
    this.#state = dfuState.error;
    this.#status = status;
    this.#pending = undefined;
  }

  #refuse(setup: SetupPacket, status: number = dfuStatus.stalledPacket): ControlOutcome {
    this.#fail(status);
    return stallRequest(setup);
  }
}
