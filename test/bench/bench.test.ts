// The virtual bench: boards come and go at its ports, answer in the time they take, and are new connections each time.
import { describe, expect, it } from 'vitest';
import { createVirtualClock } from '../../src/base/clock.ts';
import { createSeededRandom } from '../../src/base/random.ts';
import { createBench } from '../../src/bench/bench.ts';
import { stallRequest } from '../../src/bench/board/control-endpoint.ts';
import { interceptBoard } from '../../src/bench/faults/intercepted-board.ts';
import { createPhoton } from '../../src/bench/photon/photon-board.ts';
import type { UsbBusEvent, UsbDevice } from '../../src/equipment/usb.ts';

const PORT = '1-4.1';
const ERASE_PART_1 = Uint8Array.of(0x41, 0x00, 0x00, 0x02, 0x08);

describe('the virtual bench', () => {
  it('shows a board some time after it was plugged in, and tells when it leaves', async () => {
    const { bench, clock } = makeBench();
    const events: UsbBusEvent[] = [];
    bench.usb.watch((event) => events.push(event));
    bench.plug(PORT, createPhoton({ random: createSeededRandom(1) }));
    expect(await bench.usb.list()).toEqual([]);
    await clock.advance(1000);
    const [device] = await bench.usb.list();
    expect(device).toMatchObject({ portPath: PORT, vendorId: 0x2b04, productId: 0xd006, product: 'Photon DFU Mode' });
    bench.unplug(PORT);
    expect(await bench.usb.list()).toEqual([]);
    expect(events.map((event) => event.type)).toEqual(['attached', 'detached']);
  });

  it('lets an erase take its time inside GETSTATUS', async () => {
    const { clock, device } = await openPhoton();
    await device.controlOut(DNLOAD, ERASE_PART_1, { timeoutMs: 1000 });
    const startMs = clock.readMonotonicMs();
    expect(await getStatus(device)).toEqual(Uint8Array.of(0, 0, 0, 0, 4, 0));
    expect(clock.readMonotonicMs() - startMs).toBeGreaterThan(990);
  });

  it('ends a transfer as silent when the caller’s time is over', async () => {
    const { clock, device } = await openPhoton();
    await device.controlOut(DNLOAD, ERASE_PART_1, { timeoutMs: 1000 });
    const startMs = clock.readMonotonicMs();
    await expect(getStatus(device, 400)).rejects.toMatchObject({ kind: 'silent' });
    expect(clock.readMonotonicMs() - startMs).toBeCloseTo(400, 0);
  });

  it('leaves a board busy that its host gave up, so that it is silent until its erase is done', async () => {
    const { clock, device } = await openPhoton();
    await device.controlOut(DNLOAD, ERASE_PART_1, { timeoutMs: 1000 });
    await expect(getStatus(device, 400)).rejects.toMatchObject({ kind: 'silent' });
    await expect(getStatus(device, 400)).rejects.toMatchObject({ kind: 'silent' });
    await clock.sleep(300);
    expect((await getStatus(device, 400))[4]).toBe(5);
    expect((await getStatus(device, 400))[4]).toBe(5);
  });

  it('gives a board that left and came back another connection', async () => {
    const { bench, clock, device } = await openPhoton();
    await device.controlOut(DNLOAD, new Uint8Array(0), { timeoutMs: 1000 });
    await getStatus(device);
    await clock.sleep(2000);
    await expect(getStatus(device)).rejects.toMatchObject({ kind: 'gone' });
    const [again] = await bench.usb.list();
    expect(again!.portPath).toBe(PORT);
    expect(again!.connectionId).not.toBe(device.info.connectionId);
    await expect(bench.usb.open(device.info)).rejects.toMatchObject({ kind: 'gone' });
  });

  it('ends a running transfer as gone when the board is taken out', async () => {
    const { bench, clock, device } = await openPhoton();
    await device.controlOut(DNLOAD, ERASE_PART_1, { timeoutMs: 1000 });
    const erasing = getStatus(device);
    clock.setTimeout(() => bench.unplug(PORT), 100);
    await expect(erasing).rejects.toMatchObject({ kind: 'gone' });
  });

  it('takes power away and gives it back', async () => {
    const { bench, clock, device } = await openPhoton();
    await bench.getPowerSwitch(PORT).turnOff();
    await expect(getStatus(device)).rejects.toMatchObject({ kind: 'gone' });
    await bench.getPowerSwitch(PORT).turnOn();
    await clock.sleep(1000);
    expect(await bench.usb.list()).toHaveLength(1);
  });

  it('frees a serial port whose board refused the speed, so that it can be opened again', async () => {
    const { bench, clock } = makeBench();
    clock.runFreely();
    let refusals = 1;
    const moody = interceptBoard(createPhoton({ random: createSeededRandom(1), release: '2.3.1' }), {
      answerRequest: ({ setup }) => (refusals-- > 0 ? stallRequest(setup) : undefined),
    });
    bench.plug(PORT, moody);
    await clock.sleep(3000);
    const port = (await bench.serial.find(PORT))!;
    await expect(bench.serial.open(port, { baud: 9600 })).rejects.toMatchObject({ kind: 'unknown' });
    expect((await bench.serial.open(port, { baud: 9600 })).info).toEqual(port);
  });

  it('brings every board of a hub back as a new connection after the hub dropped them', async () => {
    const { bench, clock, device } = await openPhoton();
    bench.dropHub([PORT], 200);
    await expect(getStatus(device)).rejects.toMatchObject({ kind: 'gone' });
    await clock.sleep(1000);
    const [again] = await bench.usb.list();
    expect(again!.connectionId).not.toBe(device.info.connectionId);
  });
});

const DNLOAD = { requestType: 0x21, request: 1, value: 0, index: 0 };

function getStatus(device: UsbDevice, timeoutMs = 5000): Promise<Uint8Array> {
  return device.controlIn({ requestType: 0xa1, request: 3, value: 0, index: 0 }, 6, { timeoutMs });
}

function makeBench() {
  const clock = createVirtualClock();
  return { clock, bench: createBench({ clock, ports: [PORT, '1-4.2'] }) };
}

async function openPhoton() {
  const { bench, clock } = makeBench();
  clock.runFreely();
  bench.plug(PORT, createPhoton({ random: createSeededRandom(1) }));
  await clock.sleep(1000);
  const device = await bench.usb.open((await bench.usb.list())[0]!);
  await device.claim(0);
  return { bench, clock, device };
}
