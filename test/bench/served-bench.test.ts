// A bench that others reach: orders over its socket, boards over USB/IP, and a new connection for every enumeration.
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { concatBytes, parseHex, toHex } from '../../src/base/bytes.ts';
import { createVirtualClock, type VirtualClock } from '../../src/base/clock.ts';
import { computeSha256Hex } from '../../src/base/digest.ts';
import { createSeededRandom } from '../../src/base/random.ts';
import { sendBenchCommand, serveBenchControl } from '../../src/bench/bench-control.ts';
import { createServedBench, type ServedBench } from '../../src/bench/served-bench.ts';
import { serveUsbip } from '../../src/bench/usbip/usbip-server.ts';

const START_MS = 3000;
const IMPORT = (busId: string): Uint8Array =>
  concatBytes(parseHex('0111800300000000'), new TextEncoder().encode(busId.padEnd(32, '\0')));
/** A submit of 18 bytes IN from endpoint 0, with its setup packet at the end. */
const GET_DEVICE_DESCRIPTOR = parseHex(
  `00000001${'00000001'.repeat(3)}${'00'.repeat(8)}00000012${'00'.repeat(12)}8006000100001200`,
);

let clock: VirtualClock;
let bench: ServedBench;
let folder: string;
beforeEach(() => {
  clock = createVirtualClock();
  bench = createServedBench({ ports: ['1-1', '1-2'], clock, random: createSeededRandom(1), bytesPerMs: undefined });
  folder = mkdtempSync(join(tmpdir(), 'flashline-bench-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

describe('a served bench', () => {
  it('has devices of other families, in DFU mode and with flash that can be asked for', async () => {
    const path = join(folder, 'bench.sock');
    const control = await serveBenchControl(path, bench);
    await sendBenchCommand(path, { do: 'plug-device', port: '1-1', device: 'stm32l476' });
    await clock.advance(START_MS);
    const [port] = (await sendBenchCommand(path, { do: 'list' })).ports;
    expect(port).toMatchObject({ board: 'STM32L4', fault: null, kind: 'dfu' });
    const range = { do: 'flash-sha256', port: '1-1', address: 0x0800_0000, sizeBytes: 4 } as const;
    const blank = computeSha256Hex(Uint8Array.of(255, 255, 255, 255));
    expect((await sendBenchCommand(path, range)).sha256).toBe(blank);
    const unknown = { do: 'plug-device', port: '1-2', device: 'stm32x' as 'stm32l476' } as const;
    await expect(sendBenchCommand(path, unknown)).rejects.toThrow('there is no device "stm32x"');
    control.close();
  });

  it('takes orders over its socket and tells what is in which port', async () => {
    const path = join(folder, 'bench.sock');
    const control = await serveBenchControl(path, bench);
    await sendBenchCommand(path, { do: 'plug', port: '1-2', fault: 'blank' });
    await clock.advance(START_MS);
    const { ports } = await sendBenchCommand(path, { do: 'list' });
    expect(ports).toEqual([
      { portPath: '1-1', board: null, fault: null, kind: null, isConnected: false, requestCount: 0 },
      {
        portPath: '1-2',
        board: 'Photon with bootloader v2.3.1',
        fault: 'blank',
        kind: 'dfu',
        isConnected: false,
        requestCount: 0,
      },
    ]);
    await sendBenchCommand(path, { do: 'unplug', port: '1-2' });
    expect((await sendBenchCommand(path, { do: 'list' })).ports[1]).toMatchObject({ board: null });
    control.close();
  });

  it('refuses what makes no sense, with a reason, and a second bench in the same place', async () => {
    const path = join(folder, 'bench.sock');
    const control = await serveBenchControl(path, bench);
    await sendBenchCommand(path, { do: 'plug', port: '1-1', fault: 'good' });
    for (const order of [
      { do: 'plug', port: '1-1', fault: 'good' },
      { do: 'plug', port: '9-9', fault: 'good' },
      { do: 'plug', port: '1-2', fault: 'no such fault' },
      { do: 'unplug', port: '1-2' },
    ]) {
      await expect(sendBenchCommand(path, order as never)).rejects.toMatchObject({ code: 'bench/refused' });
    }
    await expect(serveBenchControl(path, bench)).rejects.toMatchObject({ code: 'bench/already-served' });
    control.close();
    await expect(sendBenchCommand(join(folder, 'other.sock'), { do: 'list' })).rejects.toMatchObject({
      code: 'bench/not-served',
    });
  });

  it('lets a host import a board by its port, and answers its transfers', async () => {
    await withServer(async (open) => {
      bench.plug('1-1', 'blank');
      await clock.advance(START_MS);
      const socket = await open();
      const answer = await heard(socket, concatBytes(IMPORT('1-1'), GET_DEVICE_DESCRIPTOR), 320 + 48 + 18);
      expect(toHex(answer.subarray(0, 8))).toBe('0111000300000000');
      expect(toHex(answer.subarray(320 + 48))).toBe('1201000200000040042b06d0500201020301');
      expect(bench.listPorts()[0]).toMatchObject({ isConnected: true });
      const second = await open();
      expect(toHex(await heard(second, IMPORT('1-1'), 8))).toBe('0111000300000001');
    });
  });

  it('says that another program has its TCP port', async () => {
    const first = await serveUsbip(bench.ports, { host: '127.0.0.1', tcpPort: 0 });
    await expect(serveUsbip(bench.ports, { host: '127.0.0.1', tcpPort: first.tcpPort })).rejects.toMatchObject({
      code: 'bench/cannot-listen',
      message: expect.stringContaining(`port ${first.tcpPort} of 127.0.0.1`),
    });
    first.close();
  });

  it('ends the connection when the board leaves the bus', async () => {
    await withServer(async (open) => {
      bench.plug('1-1', 'blank');
      await clock.advance(START_MS);
      const socket = await open();
      await heard(socket, IMPORT('1-1'), 320);
      const closed = once(socket, 'close');
      bench.switchPower('1-1', false);
      await clock.advance(10);
      await closed;
      expect(bench.listPorts()[0]).toMatchObject({ kind: null, isConnected: false });
    });
  });

  it('gives the same board for the same seed, and another one after it', () => {
    const key = (): string | null => {
      bench.plug('1-1', 'good');
      const sha256 = bench.hashFlash('1-1', 0x0800_4000, 0x4000);
      bench.unplug('1-1');
      return sha256;
    };
    const first = key();
    expect(key()).not.toBe(first);
    bench = createServedBench({ ports: ['1-1'], clock, random: createSeededRandom(1), bytesPerMs: undefined });
    expect(key()).toBe(first);
    expect(bench.hashFlash('1-1', 0x0800_0000, 4)).toBeNull();
  });
});

async function withServer(run: (open: () => Promise<Socket>) => Promise<void>): Promise<void> {
  const server = await serveUsbip(bench.ports, { host: '127.0.0.1', tcpPort: 0 });
  const sockets: Socket[] = [];
  try {
    await run(async () => {
      const socket = connect(server.tcpPort, '127.0.0.1');
      socket.on('error', () => undefined);
      sockets.push(socket);
      await once(socket, 'connect');
      return socket;
    });
  } finally {
    for (const socket of sockets) socket.destroy();
    server.close();
  }
}

/** Sends the bytes and resolves with the first so many that come back. */
function heard(socket: Socket, bytes: Uint8Array, lengthBytes: number): Promise<Uint8Array> {
  let received: Uint8Array = new Uint8Array(0);
  return new Promise((resolve) => {
    socket.on('data', (chunk: Uint8Array) => {
      received = concatBytes(received, chunk);
      if (received.length >= lengthBytes) resolve(received);
    });
    socket.write(bytes);
  });
}
