// A unit's private key is read for comparison and never kept: not in the record, a page, an export, or an event.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { inflateRawSync } from 'node:zlib';
import { afterAll, expect, it } from 'vitest';
import type { VirtualBoard } from '../../src/bench/board/virtual-board.ts';
import { interceptBoard } from '../../src/bench/faults/intercepted-board.ts';
import type { Photon } from '../../src/bench/photon/photon-board.ts';
import { type } from '../cli/typed.ts';
import { newFolder, onSyntheticImages, recordIn, removeFolders, shift, unitShop } from './virtual-line.ts';

afterAll(removeFolders);

/** Sector 1 + dct.h: 34 private key, 1216 B. */
const PRIVATE_KEY = { address: 0x0800_4000 + 34, sizeBytes: 1216 } as const;
const PIECE_BYTES = 12;
const FORMATS = ['csv', 'junit', 'openhtf', 'wsjf', 'cfx', 'tofupilot'];

/** A piece of the key as it could stand in a file: raw, as hex close or spaced, as base64 at each of its three places. */
function spellings(piece: Buffer): readonly string[] {
  const base64 = [0, 1, 2].map((before) => {
    const text = Buffer.concat([Buffer.alloc(before), piece]).toString('base64');
    return text.slice(before === 0 ? 0 : before + 1, -4);
  });
  return [
    piece.toString('latin1'),
    piece.toString('hex'),
    piece.toString('hex').replace(/(..)(?=.)/g, '$1 '),
    ...base64,
  ];
}

function leaksOf(key: Buffer, text: string): readonly number[] {
  const pieces = Array.from({ length: Math.floor(key.length / PIECE_BYTES) }, (_, at) => at * PIECE_BYTES);
  return pieces.filter((at) =>
    spellings(key.subarray(at, at + PIECE_BYTES)).some((spelling) => text.includes(spelling)),
  );
}

it('a key would be found however it was written', () => {
  const key = Buffer.from(Array.from({ length: 48 }, (_, at) => (at * 37 + 11) % 256));
  for (const text of [
    `x${key.toString('latin1')}`,
    JSON.stringify({ rawBase64: Buffer.concat([Buffer.from('ab'), key]).toString('base64') }),
    `-> ${key.toString('hex')}`,
    key.toString('hex').replace(/(..)(?=.)/g, '$1 '),
  ])
    expect(leaksOf(key, text).length, text).toBeGreaterThanOrEqual(3);
  expect(leaksOf(key, 'nothing of it')).toEqual([]);
});

it('no sink holds a piece of a unit’s private key, whether the unit passes or fails, recordings for replay included', async () => {
  const folder = newFolder();
  const shop = unitShop('secrets');
  const keys: Buffer[] = [];
  const known = (around: (board: Photon) => VirtualBoard) =>
    shop.build((board) => {
      keys.push(Buffer.from(board.flash.read(PRIVATE_KEY.address, PRIVATE_KEY.sizeBytes)));
      return around(board);
    });
  const good = known((board) => board);
  const silent = known((board) => interceptBoard(board, { filterSerialOutput: () => undefined }));
  const dead = known((board) => {
    board.flash.injectEraseFault(6, { kind: 'operr' });
    return board;
  });
  const events: string[] = [];
  await shift({ folder, recipe: onSyntheticImages('photon-2.3.1') }, async (line) => {
    line.station.subscribe((event) => events.push(JSON.stringify(event)));
    expect((await line.test(good, 1)).result).toBe('pass');
    for (const unit of [silent, dead]) expect((await line.test(unit, 2)).result).toBe('fail');
  });
  for (const format of FORMATS)
    await type('export', '--format', format, ...recordIn(folder), '--out', join(folder, 'export', format));
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const recordings = events.flatMap((event) =>
    [...event.matchAll(/"deflatedBase64":"([^"]+)"/g)].map(([, deflated]) =>
      inflateRawSync(Buffer.from(deflated!, 'base64')).toString('latin1'),
    ),
  );
  expect(recordings.length).toBeGreaterThan(5);
  const texts = files.map(({ parentPath, name }) => readFileSync(join(parentPath, name), 'latin1'));
  expect(files.length).toBeGreaterThan(20);
  expect(keys.map((key) => [key.length, leaksOf(key, [...events, ...recordings, ...texts].join('\n'))])).toEqual(
    keys.map(() => [PRIVATE_KEY.sizeBytes, []]),
  );
});
