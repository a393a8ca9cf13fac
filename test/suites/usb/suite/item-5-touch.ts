// Item 5: a serial speed as a request, coming back on the same port in time, and a unit exchanged meanwhile.
import { afterEach, describe, expect, it } from 'vitest';
import { Conversation } from '../../../../src/device/serial/conversation.ts';
import { decodeDeviceId, enterListeningMode } from '../../../../src/device/serial/listening-mode.ts';
import type { PortPath } from '../../../../src/equipment/usb.ts';
import { empty, plug } from './guest-bench.ts';
import { runStation, SWAP_RECIPE } from './guest-station.ts';
import { clock, serial, serialAt, touchIntoDfu, usb } from './guest-unit.ts';

/** The issue's own limit is 10 s on hardware; an emulated processor that others use as well gets more. */
const RETURN_LIMIT_MS = 30_000;

export function defineTouch(port: PortPath): void {
  describe('5 speeds that mean something', () => {
    afterEach(() => empty(port));

    it('14400 takes a running unit into DFU mode, on the same port and in time', async () => {
      await plug(port, 'good');
      const { portPath } = await serialAt(port);
      const before = (await usb.list()).find((device) => device.portPath === port)!;
      const startMs = clock.readMonotonicMs();
      const device = await touchIntoDfu(port);
      expect([portPath, device.portPath, device.productId]).toEqual([port, port, 0xd006]);
      expect(device.connectionId === before.connectionId).toBe(false);
      expect(clock.readMonotonicMs() - startMs).toBeLessThan(RETURN_LIMIT_MS);
    });

    it('28800 takes it into listening mode, where it answers', async () => {
      await plug(port, 'good');
      const connection = await serial.open(await serialAt(port), { baud: 9600 });
      const signal = new AbortController().signal;
      const conversation = new Conversation(connection, { clock, signal, runStartedMs: clock.readMonotonicMs() });
      const answer = await enterListeningMode(conversation, 28_800);
      await conversation.close();
      expect(decodeDeviceId(answer ?? '') ?? 'no id').toMatch(/^[0-9a-f]{24}$/);
    });

    it('finds out that another unit came back after the flash', async () => {
      await plug(port, 'swapped-unit');
      const { runs } = await runStation('swap', SWAP_RECIPE, [port]);
      const run = runs.get(port);
      expect([run?.result, run?.failure?.code]).toEqual(['void', 'identity/swapped']);
    }, 200_000);
  });
}
