// When two sets of identities are one unit, when two, and when they contradict each other: the law, spelt out.
import { describe, expect, it } from 'vitest';
import type { UnitIdentity } from '../../src/domain/unit/unit.ts';
import { compareUnits, findChangedIdentities } from '../../src/domain/unit/unit-matching.ts';

type Row = readonly [what: string, left: UnitIdentity, right: UnitIdentity, answer: string];

const rows: readonly Row[] = [
  ['nothing known of one', {}, { label: 'P1' }, 'unknown'],
  ['one label, nothing else', { label: 'P1' }, { label: 'P1' }, 'same'],
  ['two labels, nothing else', { label: 'P1' }, { label: 'P2' }, 'unknown'],
  ['no identity in common', { label: 'P1' }, { deviceId: 'aa' }, 'unknown'],
  ['one label, the id known of one', { label: 'P1' }, { label: 'P1', deviceId: 'aa' }, 'same'],
  ['one device id', { deviceId: 'aa' }, { deviceId: 'aa', label: 'P1' }, 'same'],
  ['one device id in capitals', { deviceId: 'AA' }, { deviceId: 'aa' }, 'same'],
  ['one device id, keys made anew', { deviceId: 'aa', keyHash: 'k1' }, { deviceId: 'aa', keyHash: 'k2' }, 'same'],
  ['one device id, a radio swapped', { deviceId: 'aa', macAddress: 'm' }, { deviceId: 'aa', macAddress: 'n' }, 'same'],
  [
    'one device id, two labels',
    { deviceId: 'aa', label: 'P1' },
    { deviceId: 'aa', label: 'P2' },
    'same, unit-relabelled',
  ],
  ['one key, two labels', { keyHash: 'k', label: 'P1' }, { keyHash: 'k', label: 'P2' }, 'same, unit-relabelled'],
  ['two device ids', { deviceId: 'aa' }, { deviceId: 'bb' }, 'different'],
  [
    'one label, two device ids',
    { deviceId: 'aa', label: 'P1' },
    { deviceId: 'bb', label: 'P1' },
    'different, label-reused',
  ],
  ['one label, two keys', { keyHash: 'k1', label: 'P1' }, { keyHash: 'k2', label: 'P1' }, 'different, label-reused'],
  [
    'one label, two MAC addresses',
    { macAddress: 'm', label: 'P1' },
    { macAddress: 'n', label: 'P1' },
    'different, label-reused',
  ],
  [
    'one key on two ids',
    { deviceId: 'aa', keyHash: 'k' },
    { deviceId: 'bb', keyHash: 'k' },
    'different, ids-contradict',
  ],
  [
    'one address on two keys',
    { keyHash: 'k1', macAddress: 'm' },
    { keyHash: 'k2', macAddress: 'm' },
    'different, ids-contradict',
  ],
  ['the USB serial that all share', { usbSerial: '00000000010C' }, { usbSerial: '00000000010C' }, 'unknown'],
];

describe('whether two are one unit', () => {
  it.each(rows)('%s', (_, left, right, answer) => {
    for (const pair of [[left, right] as const, [right, left] as const]) {
      const { match, conflict } = compareUnits(...pair);
      expect([match, ...(conflict === null ? [] : [conflict])].join(', ')).toBe(answer);
    }
  });

  it('within one run, where nothing is repaired, is told by every identity that changed', () => {
    expect(findChangedIdentities({ deviceId: 'aa', keyHash: 'k1' }, { deviceId: 'aa', keyHash: 'k2' })).toEqual([
      'keyHash',
    ]);
    expect(findChangedIdentities({ usbSerial: '00000000010C' }, { usbSerial: '1f002b', deviceId: 'aa' })).toEqual([]);
  });
});
