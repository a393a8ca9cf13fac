// What a virtual DFU device runs after an image was taken: an application that shows its version and can be asked to detach.
import type { BoardProgram } from '../board/board-program.ts';
import {
  acknowledgeRequest,
  ControlEndpoint,
  type ControlRequestHandler,
  parseSetupPacket,
  type SetupPacket,
  stallRequest,
} from '../board/control-endpoint.ts';
import { dfuAttribute, dfuRequest } from '../board/dfu-protocol.ts';
import type { BusPresence, ControlOutcome } from '../board/virtual-board.ts';
import type { DfuPersonality } from './dfu-personality.ts';
import { buildApplicationPresence } from './dfu-presence.ts';

/** How long the application looks after DETACH before it goes. */
const DETACH_MS = 20;

export interface DfuApplicationOptions {
  readonly personality: DfuPersonality;
  readonly version: number;
  /** Ends this program and starts the loader. */
  readonly startLoader: () => void;
}

export class DfuApplication implements BoardProgram, ControlRequestHandler {
  readonly presence: BusPresence;
  readonly interfaceLimit = 0;
  readonly #options: DfuApplicationOptions;
  readonly #endpoint = new ControlEndpoint(this);
  /** By DETACH, until its timeout. */
  #detachLeftMs = 0;
  #leaveInMs: number | undefined;

  constructor(options: DfuApplicationOptions) {
    this.#options = options;
    this.presence = buildApplicationPresence(options.personality, options.version);
  }

  get nextEventMs(): number | undefined {
    return this.#leaveInMs;
  }

  advanceTime(ms: number): void {
    this.#detachLeftMs = Math.max(0, this.#detachLeftMs - ms);
    if (this.#leaveInMs === undefined) return;
    this.#leaveInMs -= ms;
    if (this.#leaveInMs > 0) return;
    this.#leaveInMs = undefined;
    this.#options.startLoader();
  }

  /** Within the detach timeout it means: go to DFU mode (DFU 1.1 §5.1). */
  handleBusReset(): void {
    this.#endpoint.handleBusReset();
    if (this.#detachLeftMs > 0) this.#options.startLoader();
  }

  receiveSerial(): void {}

  onConfigurationChanged(): number {
    return 0;
  }

  handleControlTransfer(setupBytes: Uint8Array, data: Uint8Array): ControlOutcome {
    return this.#endpoint.handleControlTransfer(parseSetupPacket(setupBytes), data);
  }

  handleInterfaceRequest(setup: SetupPacket): ControlOutcome {
    const isClassRequest = ((setup.requestType >> 5) & 3) === 1;
    if (!isClassRequest || setup.request !== dfuRequest.detach) return stallRequest(setup);
    if ((this.#options.personality.attributes & dfuAttribute.willDetach) !== 0) this.#leaveInMs = DETACH_MS;
    else this.#detachLeftMs = setup.value;
    return acknowledgeRequest();
  }
}
