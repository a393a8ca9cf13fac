// No room on the disk: no run begins, no light turns green, the station says so, and what was recorded is still there.
import { afterAll, expect, it } from 'vitest';
import { toSessionExitCode } from '../../src/cli/session/session-result.ts';
import { openReadableRecord } from '../../src/record/read-record.ts';
import { newFolder, removeFolders, shift, unitShop } from './virtual-line.ts';

afterAll(removeFolders);

it('a station whose disk fills says so in time, and goes on', async () => {
  const filling = { bsize: 4096, blocks: 1_000_000, bfree: 150_000, bavail: 150_000 };
  const end = await shift({ spaceProbe: () => filling }, async (line) => {
    expect((await line.test(unitShop().make(), 1)).result).toBe('pass');
    const told = line.events.filter((event) => event.type === 'station-fault-raised');
    expect(told).toMatchObject([{ code: 'station/low-room', message: expect.stringContaining('85 % full') }]);
  });
  expect(toSessionExitCode(end)).toBe(0);
});

it('a station whose disk is full runs nothing, ends with 3, and loses nothing of before', async () => {
  const folder = newFolder();
  const shop = unitShop();
  await shift({ folder }, async (line) => {
    await line.test(shop.make(), 1);
  });
  const full = { bsize: 4096, blocks: 1_000_000, bfree: 10, bavail: 10 };
  const end = await shift({ folder, day: 1, spaceProbe: () => full }, async (line) => {
    expect(await line.isTurnedAway(shop.make(), 1)).toBe(true);
    const fault = line.events.find((event) => event.type === 'station-fault-raised');
    expect(fault).toMatchObject({ code: 'record/no-room', hint: expect.stringContaining('flashline retention') });
  });
  expect(end.runs).toEqual([]);
  expect(toSessionExitCode(end)).toBe(3);
  const record = openReadableRecord(`${folder}/record`);
  expect([...record.history.iterateRuns({})].map(({ result }) => result)).toEqual(['pass']);
  record.close();
});
