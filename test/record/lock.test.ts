// Two programs never own one station or one fixture, and a lock never outlives its owner.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createLockOwner, lockFixture, lockStation } from '../../src/record/store/lock.ts';
import { openSample, temporaryFolder } from './sample-runs.ts';

const SINCE = '2026-01-05T07:00:00.000+01:00';
const owner = createLockOwner('flashline 0.1.0', SINCE);

let folder = temporaryFolder();
beforeEach(() => {
  folder = temporaryFolder();
});
afterEach(() => folder.dispose());

describe('the lock of a station folder', () => {
  it('refuses a second owner and names the first: process, host, since when', () => {
    const lock = lockStation(folder.path, owner);
    expect(() => lockStation(folder.path, owner)).toThrow(
      new RegExp(`process ${process.pid} on .+ since ${SINCE.slice(0, 10)}`),
    );
    lock.release();
    lockStation(folder.path, owner).release();
  });

  it('is taken by opening the record and given back by closing it', async () => {
    const record = await openSample(folder.path);
    await expect(openSample(folder.path)).rejects.toMatchObject({ code: 'record/in-use' });
    await record.close();
    await (await openSample(folder.path)).close();
  });

  it('is free when its file remained and its process id now belongs to somebody else', () => {
    writeFileSync(join(folder.path, 'station.lock'), '');
    writeFileSync(join(folder.path, 'station.owner'), JSON.stringify({ ...owner, pid: process.ppid }));
    lockStation(folder.path, owner).release();
  });

  it('is free again as soon as its process was killed', async () => {
    const script = `import { lockStation } from ${JSON.stringify(fileURLToPath(new URL('../../src/record/store/lock.ts', import.meta.url)))};
      lockStation(process.argv[1], { pid: process.pid, host: 'h', since: 's', program: 'p' });
      process.stdout.write('held'); process.stdin.resume();`;
    const child = spawn(process.execPath, ['--input-type=module', '-e', script, folder.path], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    await once(child.stdout, 'data');
    expect(() => lockStation(folder.path, owner)).toThrow(`process ${child.pid} on h`);
    child.kill('SIGKILL');
    await once(child, 'exit');
    lockStation(folder.path, owner).release();
  });
});

describe('the lock of a fixture', () => {
  it('is one per USB port, whatever the port is called', () => {
    const directory = join(folder.path, 'locks');
    const first = lockFixture(directory, '1-4.1', owner);
    const second = lockFixture(directory, '../../etc/passwd', owner);
    expect(() => lockFixture(directory, '1-4.1', owner)).toThrow('The fixture at USB port 1-4.1 is in use');
    first.release();
    second.release();
  });

  it('says so when the folder for locks cannot be used', () => {
    mkdirSync(join(folder.path, 'sub'));
    writeFileSync(join(folder.path, 'sub', 'file'), '');
    expect(() => lockFixture(join(folder.path, 'sub', 'file'), '1-4.1', owner)).toThrow('lock file cannot be used');
  });
});
