// A device's endpoint 0: the eight bytes of a SETUP packet taken apart, the answers a device can give, the standard requests.
import { viewOf } from '../../base/bytes.ts';
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
export function readSetup(bytes: Uint8Array): SetupPacket {
  const view = viewOf(bytes);
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
export const PACKET_BYTES = 64;

/** The request is done; nothing is sent. */
export function accepted(busyMs = 0): ControlOutcome {
  return { reply: 'ok', data: NO_DATA, busyMs };
}

/** The data, no more than was asked for. */
export function answered(setup: SetupPacket, data: Uint8Array): ControlOutcome {
  return { reply: 'ok', data: data.subarray(0, setup.length), busyMs: 0 };
}

/** The data, all of it, also when less was asked for: then it babbles. */
export function sent(setup: SetupPacket, data: Uint8Array): ControlOutcome {
  if (data.length <= setup.length) return { reply: 'ok', data, busyMs: 0 };
  return { reply: 'babble', at: 'data-in', data: data.subarray(0, setup.length), busyMs: 0 };
}

/** Refused, at the first stage that a host notices. */
export function stalled(setup: SetupPacket): ControlOutcome {
  const at = isIn(setup) ? 'data-in' : setup.length > 0 ? 'data-out' : 'status';
  return { reply: 'stall', at, data: NO_DATA, busyMs: 0 };
}

/** Never answered; the next SETUP is. */
export function ignored(setup: SetupPacket): ControlOutcome {
  return { reply: 'nak', at: isIn(setup) ? 'data-in' : 'data-out', data: NO_DATA, busyMs: 0 };
}

/** From a device that is not, or no longer, able to answer. */
export function unanswered(reply: 'gone' | 'hang'): ControlOutcome {
  return { reply, data: NO_DATA, busyMs: 0 };
}

/** What one kind of device adds to the standard requests. */
export interface EndpointOwner {
  readonly presence: BusPresence;
  /** Configuration 1 was chosen, or unchosen; not called for a choice that changes nothing. */
  configured(chosen: boolean): void;
  /** Standard, class and vendor requests to an interface. */
  interfaceRequest(setup: SetupPacket, data: Uint8Array): ControlOutcome;
  /** Highest wIndex of an interface request that is looked at. */
  readonly interfaceLimit: number;
  /** Vendor requests to the device. */
  vendorRequest?(setup: SetupPacket): ControlOutcome;
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
  readonly #owner: EndpointOwner;
  #configuration = 0;

  constructor(owner: EndpointOwner) {
    this.#owner = owner;
  }

  /** A bus reset forgets the configuration, and nothing else. */
  busReset(): void {
    this.#configuration = 0;
  }

  control(setup: SetupPacket, data: Uint8Array): ControlOutcome {
    const type = (setup.requestType >> 5) & 3;
    const recipient = setup.requestType & 0x1f;
    if (recipient === 1 && type !== 2) return this.#toInterface(setup, data);
    if (recipient === 1) return this.#vendor(setup) ?? this.#toInterface(setup, data);
    if (recipient !== 0) return stalled(setup);
    if (type === 2) return this.#vendor(setup) ?? stalled(setup);
    return type === 0 ? this.#toDevice(setup) : stalled(setup);
  }

  #vendor(setup: SetupPacket): ControlOutcome | undefined {
    return isIn(setup) ? this.#owner.vendorRequest?.(setup) : undefined;
  }

  #toInterface(setup: SetupPacket, data: Uint8Array): ControlOutcome {
    if (this.#configuration === 0 || setup.index > this.#owner.interfaceLimit) return stalled(setup);
    return this.#owner.interfaceRequest(setup, data);
  }

  #toDevice(setup: SetupPacket): ControlOutcome {
    switch (setup.request) {
      case 0: // GET_STATUS
        return answered(setup, SELF_POWERED);
      case 5: // SET_ADDRESS
        return accepted();
      case 6: // GET_DESCRIPTOR
        return this.#descriptor(setup);
      case 8: // GET_CONFIGURATION
        return answered(setup, Uint8Array.of(this.#configuration));
      case 9: // SET_CONFIGURATION
        return this.#configure(setup);
      default:
        return stalled(setup);
    }
  }

  #configure(setup: SetupPacket): ControlOutcome {
    const chosen = setup.value & 0xff;
    if (chosen > 1) return stalled(setup);
    if (chosen === this.#configuration) return accepted();
    this.#configuration = chosen;
    this.#owner.configured(chosen === 1);
    return accepted();
  }

  #descriptor(setup: SetupPacket): ControlOutcome {
    const { presence } = this.#owner;
    switch (setup.value >> 8) {
      case DEVICE_DESCRIPTOR:
        return answered(
          setup,
          setup.length === 64 ? presence.deviceDescriptor.subarray(0, 8) : presence.deviceDescriptor,
        );
      case CONFIGURATION_DESCRIPTOR:
        return answered(setup, presence.configurationDescriptor);
      case STRING_DESCRIPTOR: {
        const text = stringDescriptor(presence, setup.value & 0xff);
        return text ? answered(setup, text) : stalled(setup);
      }
      default:
        return stalled(setup);
    }
  }
}

function isIn(setup: SetupPacket): boolean {
  return (setup.requestType & 0x80) !== 0;
}

const ENGLISH = Uint8Array.of(4, STRING_DESCRIPTOR, 0x09, 0x04);

function stringDescriptor(presence: BusPresence, index: number): Uint8Array | undefined {
  if (index === 0) return ENGLISH;
  const text = presence.strings.get(index);
  if (text === undefined) return undefined;
  const utf16 = Buffer.from(text, 'utf16le');
  return Uint8Array.of(2 + utf16.length, STRING_DESCRIPTOR, ...utf16);
}
