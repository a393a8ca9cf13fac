// Arrivals and departures on the buses: two looks at the tree compared, woken by udev where it runs and by a timer where not.
import { existsSync } from 'node:fs';
import type { Clock, TimerHandle } from '../../../base/clock.ts';
import type { UsbBusEvent, UsbDeviceInfo } from '../../usb.ts';

/** Where a running udevd listens; without it npm usb tells of no change at all. */
const UDEV_SOCKET = '/run/udev/control';
/** Between two looks where nobody wakes us. */
const LOOK_EVERY_MS = 150;
/** Between two looks where udev wakes us: only against a missed message. */
const SAFETY_LOOK_EVERY_MS = 1000;

/** Calls back at every change that udev tells; the returned function ends it. */
export type WakeUp = (onChange: () => void) => () => void;

export interface UsbWatchOptions {
  readonly look: () => readonly UsbDeviceInfo[];
  readonly clock: Clock;
  readonly wakeUp: WakeUp;
  readonly hasUdev?: boolean;
}

/** Looks only while somebody listens. */
export class UsbWatch {
  readonly #options: UsbWatchOptions;
  readonly #hasUdev: boolean;
  readonly #listeners = new Set<(event: UsbBusEvent) => void>();
  #known = new Map<string, UsbDeviceInfo>();
  #timer: TimerHandle | undefined;
  #stopWaking: (() => void) | undefined;

  constructor(options: UsbWatchOptions) {
    this.#options = options;
    this.#hasUdev = options.hasUdev ?? existsSync(UDEV_SOCKET);
  }

  /** From now on; what is there already is not told. */
  add(listener: (event: UsbBusEvent) => void): () => void {
    if (this.#listeners.size === 0) this.#start();
    this.#listeners.add(listener);
    return () => {
      if (this.#listeners.delete(listener) && this.#listeners.size === 0) this.#stop();
    };
  }

  close(): void {
    this.#listeners.clear();
    this.#stop();
  }

  #start(): void {
    this.#known = indexByConnection(this.#options.look());
    if (this.#hasUdev) this.#stopWaking = this.#options.wakeUp(() => this.#compare());
    this.#schedule();
  }

  #stop(): void {
    this.#options.clock.clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#stopWaking?.();
    this.#stopWaking = undefined;
  }

  /** The next look is set before this one tells anything: a listener may end the watching, and begin another. */
  #schedule(): void {
    const everyMs = this.#hasUdev ? SAFETY_LOOK_EVERY_MS : LOOK_EVERY_MS;
    this.#timer = this.#options.clock.setTimeout(() => {
      this.#schedule();
      this.#compare();
    }, everyMs);
  }

  #compare(): void {
    const now = indexByConnection(this.#options.look());
    const before = this.#known;
    this.#known = now;
    for (const [connectionId, { portPath }] of before) {
      if (!now.has(connectionId)) this.#notifyListeners({ type: 'detached', portPath, connectionId });
    }
    for (const [connectionId, device] of now)
      if (!before.has(connectionId)) this.#notifyListeners({ type: 'attached', device });
  }

  #notifyListeners(event: UsbBusEvent): void {
    for (const listener of [...this.#listeners]) listener(event);
  }
}

function indexByConnection(devices: readonly UsbDeviceInfo[]): Map<string, UsbDeviceInfo> {
  return new Map(devices.map((device) => [device.connectionId, device]));
}
