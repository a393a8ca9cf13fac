// What every body of the USB contract must do, asked of a Photon in DFU mode; run it over the bench and over real hosts alike.
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ControlSetup, PortPath, UsbBus, UsbBusEvent, UsbDevice, UsbDeviceInfo } from '../../src/equipment/usb.ts';

/** A bus with one port, into which a Photon with bootloader 2.3.1 and no system can be put. */
export interface UsbContractSubject {
  readonly usb: UsbBus;
  readonly portPath: PortPath;
  /** Puts the board in; it need not have enumerated yet. */
  plug(): Promise<void>;
  unplug(): Promise<void>;
  /** Waits in the body's own time. */
  wait(ms: number): Promise<void>;
  /** Milliseconds in the body's own time. */
  nowMs(): number;
  close(): Promise<void>;
}

/** Generous: an emulated processor that others use as well is slow, and no test waits longer than for what it waits for. */
const ENUMERATION_LIMIT_MS = 60_000;
const POLL_MS = 20;
const OPTIONS = { timeoutMs: 20_000 };
const UNKNOWN_COMMAND = Uint8Array.of(0x55);
const ERASE_USER_PART = Uint8Array.of(0x41, 0x00, 0x00, 0x0a, 0x08);

export interface BoardHabits {
  /** A request that the board never answers: to a Photon's bootloader, GET_STATUS to the interface. */
  readonly neverAnswered: ControlSetup;
  /** Whether the board hears the next request after such a one. */
  readonly speaksAfterSilence: boolean;
  /** Whether what is between board and host lets a longer answer through than was asked for. */
  readonly canBabble: boolean;
}

const photonHabits: BoardHabits = {
  neverAnswered: { requestType: 0x81, request: 0, value: 0, index: 0 },
  speaksAfterSilence: true,
  canBabble: true,
};

/** Runs the suite over one body. */
export function testUsbContract(
  body: string,
  make: () => Promise<UsbContractSubject>,
  { neverAnswered, speaksAfterSilence, canBabble }: BoardHabits = photonHabits,
): void {
  describe(`the USB contract over ${body}`, () => {
    let subject: UsbContractSubject;
    let device: UsbDevice;
    beforeEach(async () => {
      subject = await make();
      await subject.plug();
      device = await subject.usb.open(await arrival(subject));
    });
    afterEach(async () => {
      await device.close();
      await subject.close();
    });

    it('tells what a device is and where it hangs', () => {
      expect(device.info).toMatchObject({
        portPath: subject.portPath,
        vendorId: 0x2b04,
        productId: 0xd006,
        bcdDevice: 0x0250,
        manufacturer: 'Particle',
        product: 'Photon DFU Mode',
        speed: 'full',
      });
      expect(device.info.serialNumber).toMatch(/^[0-9a-f]{24}$/);
    });

    it('tells of a departure and an arrival, each time as another connection', async () => {
      const events: UsbBusEvent[] = [];
      const stop = subject.usb.watch((event) => events.push(event));
      await subject.unplug();
      await until(subject, () => events.length >= 1);
      expect(await present(subject)).toBeUndefined();
      await subject.plug();
      const again = await arrival(subject);
      await until(subject, () => events.length >= 2);
      stop();
      const { portPath, connectionId } = device.info;
      expect(events).toEqual([
        { type: 'detached', portPath, connectionId },
        { type: 'attached', device: again },
      ]);
      expect(again.connectionId).not.toBe(connectionId);
    });

    it('tells nothing any more to who stopped watching', async () => {
      const events: UsbBusEvent[] = [];
      subject.usb.watch((event) => events.push(event))();
      await subject.unplug();
      await until(subject, async () => (await present(subject)) === undefined);
      expect(events).toEqual([]);
    });

    it('does not open a device that left, also when the same board is back', async () => {
      await subject.unplug();
      await subject.plug();
      await arrival(subject, device.info.connectionId);
      await expect(subject.usb.open(device.info)).rejects.toMatchObject({ kind: 'gone' });
    });

    it('gives as many bytes as the device sends, when fewer than asked for', async () => {
      await device.claim(0);
      expect([...(await device.controlIn(dfuIn(3), 64, OPTIONS))]).toEqual([0, 0, 0, 0, 2, 0]);
    });

    it('tells a stall from everything else, and can go on after it', async () => {
      await device.claim(0);
      await device.controlOut(dfuOut(1), UNKNOWN_COMMAND, OPTIONS);
      await expect(device.controlIn(dfuIn(3), 6, OPTIONS)).rejects.toMatchObject({
        kind: 'stalled',
        portPath: subject.portPath,
      });
      expect([...(await device.controlIn(dfuIn(3), 6, OPTIONS))]).toEqual([0, 0, 0, 0, 5, 0]);
    });

    it('calls a device silent that does not answer in the caller’s time', async () => {
      await device.claim(0);
      const startMs = subject.nowMs();
      const silent = device.controlIn(neverAnswered, 2, { timeoutMs: 300 });
      await expect(silent).rejects.toMatchObject({ kind: 'silent' });
      expect(subject.nowMs() - startMs).toBeGreaterThanOrEqual(295);
    });

    if (speaksAfterSilence) {
      it('can go on after a silence', async () => {
        await device.claim(0);
        await expect(device.controlIn(neverAnswered, 2, { timeoutMs: 300 })).rejects.toMatchObject({ kind: 'silent' });
        expect([...(await device.controlIn(dfuIn(5), 1, OPTIONS))]).toEqual([2]);
      });
    }

    if (canBabble) {
      it('calls it babble when a device sends more than asked for', async () => {
        await device.claim(0);
        await expect(device.controlIn(dfuIn(3), 3, OPTIONS)).rejects.toMatchObject({ kind: 'babble' });
      });
    }

    it('runs the transfers of one device in the order asked', async () => {
      await device.claim(0);
      const [, status, state] = await Promise.all([
        device.controlOut(dfuOut(1), Uint8Array.of(0x00), OPTIONS),
        device.controlIn(dfuIn(3), 6, OPTIONS),
        device.controlIn(dfuIn(5), 1, OPTIONS),
      ]);
      expect(status[4]).toBe(4);
      expect(state[0]).toBe(3);
    });

    it('waits for a slow answer as long as the caller lets it', async () => {
      await device.claim(0);
      await device.controlOut(dfuOut(1), ERASE_USER_PART, OPTIONS);
      const startMs = subject.nowMs();
      expect((await device.controlIn(dfuIn(3), 6, OPTIONS))[4]).toBe(4);
      expect(subject.nowMs() - startMs).toBeGreaterThan(900);
    });

    it('ends a running transfer as gone when the device leaves, and every later one', async () => {
      await device.claim(0);
      const running = device.controlIn(neverAnswered, 2, { timeoutMs: 60_000 });
      const ended = expect(running).rejects.toMatchObject({ kind: 'gone' });
      await subject.wait(200);
      await subject.unplug();
      await ended;
      await expect(device.controlIn(dfuIn(3), 6, OPTIONS)).rejects.toMatchObject({ kind: 'gone' });
      await expect(device.selectAlternate(0, 0)).rejects.toMatchObject({ kind: 'gone' });
    });

    it('lets one program at a time claim the interface', async () => {
      await device.claim(0);
      const other = await subject.usb.open(device.info);
      await expect(other.claim(0)).rejects.toMatchObject({ kind: 'busy' });
      await device.close();
      await other.claim(0);
      await other.close();
    });

    it('sends SET_INTERFACE for every alternate, also for 0', async () => {
      await device.claim(0);
      for (const alternate of [1, 0, 0]) {
        await device.selectAlternate(0, alternate);
        const getInterface = { requestType: 0x81, request: 10, value: 0, index: 0 };
        expect([...(await device.controlIn(getInterface, 1, OPTIONS))]).toEqual([alternate]);
      }
    });

    it('closes a device that has left, and closes twice', async () => {
      await device.claim(0);
      await subject.unplug();
      await device.close();
      await device.close();
    });
  });
}

function dfuIn(request: number): ControlSetup {
  return { requestType: 0xa1, request, value: 0, index: 0 };
}

function dfuOut(request: number): ControlSetup {
  return { requestType: 0x21, request, value: 0, index: 0 };
}

async function present(subject: UsbContractSubject): Promise<UsbDeviceInfo | undefined> {
  return (await subject.usb.list()).find((info) => info.portPath === subject.portPath);
}

/** The device at the port, once one is there that is not the given connection. */
async function arrival(subject: UsbContractSubject, notConnection?: string): Promise<UsbDeviceInfo> {
  let found: UsbDeviceInfo | undefined;
  await until(subject, async () => {
    found = await present(subject);
    return found !== undefined && found.connectionId !== notConnection;
  });
  return found!;
}

async function until(subject: UsbContractSubject, isDone: () => boolean | Promise<boolean>): Promise<void> {
  const limitMs = subject.nowMs() + ENUMERATION_LIMIT_MS;
  while (!(await isDone())) {
    if (subject.nowMs() > limitMs) throw new Error('waited too long for the bus');
    await subject.wait(POLL_MS);
  }
}
