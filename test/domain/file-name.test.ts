// Names made from labels, batches and run ids: plain, short and inside their folder.
import { resolve, sep } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toSafeFileName, toUnitFileName } from '../../src/domain/file-name.ts';

describe('file names', () => {
  const hostile = [
    '',
    '.',
    '..',
    '../../etc/passwd',
    '..\\..\\x',
    '/abs',
    'C:\\x',
    'con',
    'CON.txt',
    'nul',
    'com1',
    'LPT9.html',
    'a/b',
    'a\u0000b',
    'name.',
    'name ',
    '.hidden',
    '-rf',
    'x'.repeat(300),
    'ünïcode',
    '\u202egnp.exe',
    'a:b',
    'a*?"<>|',
    '~root',
    '$(id)',
    'a\nb',
    '%2e%2e%2f',
    'aux.',
    'conin$',
  ];

  it('are plain, short, inside their folder, and no device of any system', () => {
    fc.assert(
      fc.property(fc.oneof(fc.constantFrom(...hostile), fc.string({ unit: 'binary', maxLength: 400 })), (text) => {
        const name = toSafeFileName(text);
        expect(name).toMatch(/^[A-Za-z0-9_][A-Za-z0-9._-]{0,63}$/);
        expect(name).not.toMatch(/\.$|^(con|prn|aux|nul|com\d|lpt\d|conin\$|conout\$)(\.|$)/i);
        expect(resolve('/reports', name).startsWith(`/reports${sep}`)).toBe(true);
      }),
    );
  });

  it('differ where the texts differ', () => {
    const names = hostile.map(toSafeFileName);
    expect(new Set(names.map((name) => name.toLowerCase())).size).toBe(hostile.length);
  });

  it('keep a usual run and label readable', () => {
    expect(toUnitFileName({ runId: '20260105-f1', unit: { label: 'P000000001' } })).toBe('20260105-f1-P000000001');
    expect(toUnitFileName({ runId: '20260105-f1', unit: {} })).toBe('20260105-f1');
  });
});
