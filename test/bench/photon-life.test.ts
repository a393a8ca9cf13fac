// A Photon's whole life on the bench: what it runs after each reset, what its system answers, how its bootloader is renewed.
import { describe, expect, it } from 'vitest';
import { toHex } from '../../src/base/bytes.ts';
import { createSeededRandom } from '../../src/base/random.ts';
import { bootloaderGenerations } from '../../src/bench/photon/bootloader-generations.ts';
import { createPhoton, type Photon, type PhotonOptions } from '../../src/bench/photon/photon-board.ts';
import { buildSyntheticRelease } from '../../src/bench/photon/synthetic-images.ts';
import {
  ask,
  connect,
  dnload,
  erase,
  flash,
  getStatus,
  leave,
  perform,
  selectAlternate,
  setAddress,
  touch,
  upload,
} from './raw-dfu.ts';

const PUBLIC_KEY_OFFSET = 1250;
const OTA_FLAG_OFFSET = 1753;
const OTA_SLOT = 0x080c_0000;

describe('a Photon', () => {
  it('comes up in DFU by itself when it holds no system', () => {
    expect(started({}).activity).toBe('dfu');
  });

  it('comes up in DFU when a bit of a system part is wrong', () => {
    const board = photon({ release: '2.3.1' });
    board.flash.forceBytes(0x0802_1000, Uint8Array.of(0x00, 0x00, 0x00, 0x01));
    board.powerOn();
    connect(board);
    expect(board.activity).toBe('dfu');
  });

  it('runs its system as a serial port of the same product family', () => {
    const board = started({ release: '2.3.1' });
    expect(board.activity).toBe('system');
    expect(toHex(board.presence!.deviceDescriptor.subarray(8, 12))).toBe('042b06c0');
  });

  it('runs nothing that a host could see when sector 0 is empty', () => {
    const board = photon({ release: '2.3.1' });
    board.flash.programOptionBytes({ nWrp: 0xfff });
    board.flash.eraseSector(0);
    board.powerOn();
    board.advanceTime(5000);
    expect(board.activity).toBe('nothing');
  });

  it('goes from its system to DFU when its serial port is set to 14400, once', () => {
    const board = started({ release: '2.3.1' });
    touch(board, 14_400);
    expect(board.presence).toBeUndefined();
    connect(board);
    expect(board.activity).toBe('dfu');
    leave(board);
    board.advanceTime(499);
    expect(board.presence).toBeDefined();
    board.advanceTime(1);
    expect(board.presence).toBeUndefined();
    connect(board);
    expect(board.activity).toBe('system');
  });

  it('leaves at once, before the status stage, with a bootloader older than 0.4.5', () => {
    const board = started({ generation: 'v0.4.4' });
    expect(leave(board)).toMatchObject({ reply: 'gone', at: 'after-last-data-before-status' });
    expect(board.presence).toBeUndefined();
  });

  it('answers as the release that was flashed into it', () => {
    const board = started({ release: '1.4.4' });
    expect(ask(board, 'v')).toBe('system firmware version: 1.4.4\n\r\n');
    touch(board, 14_400);
    connect(board);
    const { systemPart1, systemPart2 } = buildSyntheticRelease('2.3.1');
    flash(board, systemPart1.address, systemPart1.bytes);
    flash(board, systemPart2.address, systemPart2.bytes);
    leave(board);
    board.advanceTime(500);
    connect(board);
    expect(ask(board, 'v')).toBe('system firmware version: 2.3.1\n\r\n');
  });

  it('runs in safe mode, and tells which module lacks what, when the bootloader is too old for part 2', () => {
    const board = started({ generation: 'v0.7.0', release: '2.3.1' });
    expect(board.activity).toBe('safe-mode');
    const modules = JSON.parse(ask(board, 's')).m;
    expect(modules.map((module: { vc: number; vv: number }) => [module.vc, module.vv])).toEqual([
      [30, 30],
      [30, 30],
      [30, 26],
      [30, 30],
    ]);
  });

  it('installs a bootloader from the OTA region when the flag in the DCT asks for it', () => {
    const board = started({ generation: 'v0.7.0', release: '1.1.0' });
    touch(board, 14_400);
    connect(board);
    const { bootloader, systemPart1, systemPart2 } = buildSyntheticRelease('2.3.1');
    flash(board, OTA_SLOT, bootloader.bytes);
    writeOtaFlag(board);
    flash(board, systemPart1.address, systemPart1.bytes);
    flash(board, systemPart2.address, systemPart2.bytes);
    selectAlternate(board, 0);
    leave(board);
    board.advanceTime(500);
    connect(board);
    expect(board.bootloader).toBe('v2.3.1');
    expect(board.activity).toBe('system');
    touch(board, 14_400);
    connect(board);
    expect(toHex(upload(board, 0x0800_0184, 24))).toBe(toHex(bootloader.bytes.subarray(0x184, 0x184 + 24)));
    expect(board.presence!.strings.get(3)).toBe(board.deviceId);
  });

  it('does not install an image for another platform', () => {
    const board = started({ generation: 'v0.7.0', release: '1.1.0' });
    touch(board, 14_400);
    connect(board);
    flash(board, OTA_SLOT, buildSyntheticRelease('2.3.1', 8).bootloader.bytes);
    writeOtaFlag(board);
    leave(board);
    board.advanceTime(500);
    connect(board);
    expect(board.bootloader).toBe('v0.7.0');
  });

  it('keeps its keys over every flash, and has others than its neighbour', () => {
    const [one, other] = [started({ generation: 'v1.4.4', release: '1.4.4', setupHeld: true }, 1), started({}, 2)];
    const keyOf = (board: Photon): string => toHex(board.flash.read(0x0800_4000 + PUBLIC_KEY_OFFSET, 384));
    selectAlternate(one, 1);
    const before = toHex(upload(one, PUBLIC_KEY_OFFSET, 384));
    expect(before).toBe(keyOf(one));
    selectAlternate(one, 0);
    flash(one, 0x0802_0000, buildSyntheticRelease('2.3.1').systemPart1.bytes);
    flash(one, 0x0806_0000, buildSyntheticRelease('2.3.1').systemPart2.bytes);
    selectAlternate(one, 1);
    expect(toHex(upload(one, PUBLIC_KEY_OFFSET, 384))).toBe(before);
    expect(keyOf(other)).not.toBe(before);
  });

  it.each(Object.keys(bootloaderGenerations) as (keyof typeof bootloaderGenerations)[])(
    'of generation %s can have its user part erased and written',
    (generation) => {
      const board = started({ generation });
      expect(board.bootloader).toBe(generation);
      expect(erase(board, 0x080a_0000)).toMatchObject({ reply: 'ok', busyMs: 1000 });
      setAddress(board, 0x080a_0000);
      perform(board, 2, Uint8Array.of(1, 2, 3, 4));
      expect([...upload(board, 0x080a_0000, 5)]).toEqual([1, 2, 3, 4, 255]);
    },
  );

  it('shows no DCT on a board without system parts from 0.7.0 on, and always before', () => {
    const keyOf = (generation: PhotonOptions['generation']): string => {
      const board = started(generation ? { generation } : {});
      selectAlternate(board, 1);
      return toHex(upload(board, PUBLIC_KEY_OFFSET, 4));
    };
    expect(keyOf('v0.6.3')).toBe('30819f30');
    expect(keyOf('v0.7.0')).toBe('00000000');
    expect(keyOf('v2.3.1')).toBe('00000000');
  });

  it('hangs in 0.7.0 when the DCT is written after a system part, as those bootloaders did', () => {
    const board = started({ generation: 'v0.7.0', release: '0.7.0', setupHeld: true });
    flash(board, 0x0802_0000, buildSyntheticRelease('0.7.0').systemPart1.bytes);
    selectAlternate(board, 1);
    setAddress(board, OTA_FLAG_OFFSET);
    dnload(board, 2, Uint8Array.of(0xa5));
    expect(getStatus(board).reply).toBe('hang');
  });
});

describe('listening mode', () => {
  it('answers i, m and v in pieces, and nothing to a letter that means nothing', () => {
    const board = started({ release: '2.3.1' });
    const pieces: number[] = [];
    board.onSerialSend((bytes) => pieces.push(bytes.length));
    expect(ask(board, 'i')).toBe(`Your device id is ${board.deviceId}\r\n`);
    expect(pieces.length).toBeGreaterThan(1);
    expect(ask(board, 'm')).toBe(`Your device MAC address is\n${board.macAddress}\r\n`);
    expect(ask(board, 'q')).toBe('');
  });

  it('has to be asked for on a board that knows a network', () => {
    const board = started({ release: '2.3.1', hasWifi: true });
    expect(ask(board, 'i')).toBe('');
    touch(board, 28_800);
    touch(board, 9600);
    expect(ask(board, 'i')).toContain(board.deviceId);
    expect(ask(board, 'x')).toBe('');
    expect(ask(board, 'i')).toBe('');
  });

  it('was a file transfer at that speed before 0.6.0, which an a ends', () => {
    const board = started({ generation: 'v0.4.9', release: '0.4.9', hasWifi: true });
    touch(board, 28_800);
    expect(ask(board, 'i')).toBe('');
    expect(ask(board, 'a')).toBe('');
    expect(ask(board, 'i')).toContain(board.deviceId);
  });

  it('has diagnostics from 1.0.0 on, and lists empty slots up to 0.5', () => {
    const [old, recent] = [started({ generation: 'v0.4.9', release: '0.4.9' }), started({ release: '2.3.1' })];
    expect(ask(old, 'd')).toBe('');
    expect(JSON.parse(ask(recent, 'd'))).toMatchObject({ 'net:stat': 0 });
    expect(JSON.parse(ask(old, 's')).m).toHaveLength(5);
    expect(JSON.parse(ask(recent, 's')).m).toHaveLength(4);
  });
});

describe('a P1', () => {
  it('has its own product and a third memory', () => {
    const board = started({ platform: 'p1', release: '2.3.1', setupHeld: true });
    expect(toHex(board.presence!.deviceDescriptor.subarray(8, 12))).toBe('042b08d0');
    expect(board.presence!.strings.get(2)).toBe('P1 DFU Mode');
    expect(board.presence!.strings.get(8)).toBe('@Serial Flash   /0x00000000/256*004Kg');
    selectAlternate(board, 2);
    setAddress(board, 0x1000);
    perform(board, 2, Uint8Array.of(1, 2, 3));
    expect([...upload(board, 0x1000, 4)]).toEqual([1, 2, 3, 255]);
  });

  it('runs images for a P1, and not those for a Photon', () => {
    expect(started({ platform: 'p1', release: '2.3.1' }).activity).toBe('system');
    const board = photon({ platform: 'p1' });
    board.flash.forceBytes(0x0802_0000, buildSyntheticRelease('2.3.1', 6).systemPart1.bytes);
    board.flash.forceBytes(0x0806_0000, buildSyntheticRelease('2.3.1', 6).systemPart2.bytes);
    board.powerOn();
    connect(board);
    expect(board.activity).toBe('dfu');
  });
});

function photon(options: Omit<PhotonOptions, 'random'>, seed = 1): Photon {
  return createPhoton({ random: createSeededRandom(seed), ...options });
}

function started(options: Omit<PhotonOptions, 'random'>, seed = 1): Photon {
  const board = photon(options, seed);
  board.powerOn();
  connect(board);
  return board;
}

function writeOtaFlag(board: Photon): void {
  selectAlternate(board, 1);
  setAddress(board, OTA_FLAG_OFFSET);
  expect(perform(board, 2, Uint8Array.of(0xa5)).reply).toBe('ok');
  selectAlternate(board, 0);
}
