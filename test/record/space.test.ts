// Room on the disk: warned of at 80 %, refused at 95 % or below the floor, and never a matter on a large disk.
import { describe, expect, it } from 'vitest';
import { assertDiskSpace, readDiskSpace } from '../../src/record/maintenance/disk-space.ts';

const GIB = 2 ** 30;
const disk = (sizeBytes: number, freeBytes: number) => () => ({
  bsize: 1,
  blocks: sizeBytes,
  bfree: freeBytes,
  bavail: freeBytes,
});

describe('room on the disk', () => {
  it.each([
    [10 * GIB, 9 * GIB, 'plenty'],
    [10 * GIB, 2.1 * GIB, 'plenty'],
    [10 * GIB, 2 * GIB, 'low'],
    [10 * GIB, 0.51 * GIB, 'low'],
    [10 * GIB, 0.5 * GIB, 'none'],
    [1 * GIB, 0.3 * GIB, 'plenty'],
    [1 * GIB, 0.2 * GIB, 'none'],
    [1000 * GIB, 30 * GIB, 'plenty'],
    [1000 * GIB, 19 * GIB, 'none'],
  ] as const)('of %d bytes with %d free is %s', (sizeBytes, freeBytes, standing) => {
    expect(readDiskSpace('/', disk(sizeBytes, freeBytes)).standing).toBe(standing);
  });

  it('is refused with the figures and what to do', () => {
    expect(() => assertDiskSpace('/record', disk(10 * GIB, 0))).toThrow(
      expect.objectContaining({
        code: 'record/no-room',
        message: expect.stringContaining('100 % full'),
        hint: expect.stringContaining('retention'),
      }),
    );
    expect(() => assertDiskSpace('/record', disk(10 * GIB, 5 * GIB))).not.toThrow();
  });

  it('counts what ordinary users may fill, as df does', () => {
    const reserved = () => ({ bsize: 1, blocks: 100, bfree: 10, bavail: 0 });
    expect(readDiskSpace('/', reserved)).toMatchObject({ freeBytes: 0, usedShare: 1 });
  });

  it('that cannot be found out is the station’s trouble', () => {
    const broken = (): never => {
      throw new Error('ENOENT');
    };
    expect(() => readDiskSpace('/nowhere', broken)).toThrow(expect.objectContaining({ code: 'record/cannot-open' }));
  });
});
