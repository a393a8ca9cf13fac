// A device's endpoint 0: the eight bytes of a SETUP packet taken apart, the answers a device can give, the standard requests.
import { toDataView } from '../../base/bytes.ts';
import type { BusPresence, ControlOutcome } from './virtual-board.ts';

/** USB 2.0 §9.3. */
export interface SetupPacket {
  readonly requestType: number;
  readonly request: number;
  readonly value: number;
  readonly index: number;
  readonly length: number;
}

/** bmRequestType at 0, bRequest at 1, wValue at 2, wIndex at 4, wLength at 6. */
export function parseSetupPacket(bytes: Uint8Array): SetupPacket {
  const view = toDataView(bytes);
  return {
    requestType: bytes[0]!,
    request: bytes[1]!,
    value: view.getUint16(2, true),
    index: view.getUint16(4, true),
    length: view.getUint16(6, true),
  };
}

const NO_DATA = new Uint8Array(0);

/** Bytes that go to the host per packet of endpoint 0. */
export const CONTROL_PACKET_BYTES = 64;

/** The request is done; nothing is sent. */
export function acknowledgeRequest(busyMs = 0): ControlOutcome {
  return { reply: 'ok', data: NO_DATA, busyMs };
}

/** The data, no more than was asked for. */
export function answerWithData(setup: SetupPacket, data: Uint8Array): ControlOutcome {
  return { reply: 'ok', data: data.subarray(0, setup.length), busyMs: 0 };
}

/** The data, all of it, also when less was asked for: then it babbles. */
export function answerUntruncated(setup: SetupPacket, data: Uint8Array): ControlOutcome {
  if (data.length <= setup.length) return { reply: 'ok', data, busyMs: 0 };
  return { reply: 'babble', at: 'data-in', data: data.subarray(0, setup.length), busyMs: 0 };
}

/** Refused, at the first stage that a host notices. */
export function stallRequest(setup: SetupPacket): ControlOutcome {
  const at = isDeviceToHost(setup) ? 'data-in' : setup.length > 0 ? 'data-out' : 'status';
  return { reply: 'stall', at, data: NO_DATA, busyMs: 0 };
}

/** Never answered; the next SETUP is. */
export function ignoreRequest(setup: SetupPacket): ControlOutcome {
  return { reply: 'nak', at: isDeviceToHost(setup) ? 'data-in' : 'data-out', data: NO_DATA, busyMs: 0 };
}

/** From a device that is not, or no longer, able to answer. */
export function leaveUnanswered(reply: 'gone' | 'hang'): ControlOutcome {
  return { reply, data: NO_DATA, busyMs: 0 };
}

/** What one kind of device adds to the standard requests. */
export interface ControlRequestHandler {
  readonly presence: BusPresence;
  /** Configuration 1 was chosen, or unchosen; not called for a choice that changes nothing. Gives how long the device takes, ms. */
  onConfigurationChanged(chosen: boolean): number;
  /** Standard, class and vendor requests to an interface. */
  handleInterfaceRequest(setup: SetupPacket, data: Uint8Array): ControlOutcome;
  /** Highest wIndex of an interface request that is looked at. */
  readonly interfaceLimit: number;
  /** Vendor requests to the device. */
  handleVendorRequest?(setup: SetupPacket): ControlOutcome;
}

const DEVICE_DESCRIPTOR = 1;
const CONFIGURATION_DESCRIPTOR = 2;
const STRING_DESCRIPTOR = 3;
const SELF_POWERED = Uint8Array.of(1, 0);

/**
 * Standard requests as ST's device library of those years answers them, with its habits: the device descriptor asked for
 * with wLength 64 is cut to 8 bytes.
 */
export class ControlEndpoint {
  readonly #owner: ControlRequestHandler;
  #configuration = 0;

  constructor(owner: ControlRequestHandler) {
    this.#owner = owner;
  }

  /** A bus reset forgets the configuration, and nothing else. */
  handleBusReset(): void {
    this.#configuration = 0;
  }

  handleControlTransfer(setup: SetupPacket, data: Uint8Array): ControlOutcome {
    const type = (setup.requestType >> 5) & 3;
    const recipient = setup.requestType & 0x1f;
    if (recipient === 1 && type !== 2) return this.#forwardInterfaceRequest(setup, data);
    if (recipient === 1) return this.#forwardVendorRequest(setup) ?? this.#forwardInterfaceRequest(setup, data);
    if (recipient !== 0) return stallRequest(setup);
    if (type === 2) return this.#forwardVendorRequest(setup) ?? stallRequest(setup);
    return type === 0 ? this.#handleDeviceRequest(setup) : stallRequest(setup);
  }

  #forwardVendorRequest(setup: SetupPacket): ControlOutcome | undefined {
    return isDeviceToHost(setup) ? this.#owner.handleVendorRequest?.(setup) : undefined;
  }

  #forwardInterfaceRequest(setup: SetupPacket, data: Uint8Array): ControlOutcome {
    if (this.#configuration === 0 || setup.index > this.#owner.interfaceLimit) return stallRequest(setup);
    return this.#owner.handleInterfaceRequest(setup, data);
  }

  #handleDeviceRequest(setup: SetupPacket): ControlOutcome {
    switch (setup.request) {
      case 0: // GET_STATUS
        return answerWithData(setup, SELF_POWERED);
      case 5: // SET_ADDRESS
        return acknowledgeRequest();
      case 6: // GET_DESCRIPTOR
        return this.#answerGetDescriptor(setup);
      case 8: // GET_CONFIGURATION
        return answerWithData(setup, Uint8Array.of(this.#configuration));
      case 9: // SET_CONFIGURATION
        return this.#setConfiguration(setup);
      default:
        return stallRequest(setup);
    }
  }

  #setConfiguration(setup: SetupPacket): ControlOutcome {
    const chosen = setup.value & 0xff;
    if (chosen > 1) return stallRequest(setup);
    if (chosen === this.#configuration) return acknowledgeRequest();
    this.#configuration = chosen;
    return acknowledgeRequest(this.#owner.onConfigurationChanged(chosen === 1));
  }

  #answerGetDescriptor(setup: SetupPacket): ControlOutcome {
    const { presence } = this.#owner;
    switch (setup.value >> 8) {
      case DEVICE_DESCRIPTOR:
        return answerWithData(
          setup,
          setup.length === 64 ? presence.deviceDescriptor.subarray(0, 8) : presence.deviceDescriptor,
        );
      case CONFIGURATION_DESCRIPTOR:
        return answerWithData(setup, presence.configurationDescriptor);
      case STRING_DESCRIPTOR: {
        const text = buildStringDescriptor(presence, setup.value & 0xff);
        return text ? answerWithData(setup, text) : stallRequest(setup);
      }
      default:
        return stallRequest(setup);
    }
  }
}

function isDeviceToHost(setup: SetupPacket): boolean {
  return (setup.requestType & 0x80) !== 0;
}

const ENGLISH = Uint8Array.of(4, STRING_DESCRIPTOR, 0x09, 0x04);

function buildStringDescriptor(presence: BusPresence, index: number): Uint8Array | undefined {
  if (index === 0) return ENGLISH;
  const text = presence.strings.get(index);
  if (text === undefined) return undefined;
  const utf16 = Buffer.from(text, 'utf16le');
  return Uint8Array.of(2 + utf16.length, STRING_DESCRIPTOR, ...utf16);
}
