// Station files: what a sound one becomes, and how each thing wrong with one is told.
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { checkStation, loadStation } from '../../src/station/file/load-station.ts';
import { defaultPolicy } from '../../src/verdict/policy/policy.ts';

const folder = mkdtempSync(join(tmpdir(), 'flashline-station-'));
afterAll(() => rmSync(folder, { recursive: true }));

const HEAD = 'flashline: 1\nstation: test\n';
const ONE = `${HEAD}fixtures:\n  - { number: 1, port: 1-4.1 }\n`;

function write(text: string): string {
  const file = join(folder, 'station.yaml');
  writeFileSync(file, text);
  return file;
}

/** Problems as `line:column message`. */
function problemsOf(text: string): readonly string[] {
  return checkStation(write(text)).problems.map(({ line, column, message }) => `${line}:${column} ${message}`);
}

describe('shipped stations', () => {
  const files = readdirSync('stations').filter((file) => file.endsWith('.yaml'));

  it.each(files)('%s has no problem', (file) => {
    expect(checkStation(join('stations', file)).problems).toEqual([]);
  });

  it('the virtual one has eight fixtures, each with a switch and a probe of its own', () => {
    const { bench, fixtures } = loadStation('stations/virtual-8.yaml');
    expect(bench).toBe('virtual');
    expect(fixtures.map(({ number }) => number)).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
    expect(new Set(fixtures.map(({ portPath }) => portPath)).size).toBe(8);
    expect(fixtures.every(({ power, probe }) => power.by === 'hub' && probe?.kind === 'virtual')).toBe(true);
  });

  it('the example of a real one shows a person as power switch, a probe and a policy', () => {
    const { fixtures, policy, concurrency } = loadStation('stations/bench-1.yaml');
    expect(fixtures[4]?.power).toEqual({ by: 'operator' });
    expect(fixtures[3]?.probe).toEqual({ kind: 'st-link', serialNumber: '066DFF3437', usb: null });
    expect(policy).toMatchObject({ runsWithoutRepair: 3, challengeHours: 8, cableWarnShare: 0.8 });
    expect(concurrency).toBe(4);
  });
});

describe('a station file that says little', () => {
  const plan = loadStation(write(ONE));

  it('has the safe policy', () => {
    expect(plan.policy).toEqual(defaultPolicy);
  });

  it('is a real bench in development that runs no outside program', () => {
    expect(plan).toMatchObject({
      mode: 'development',
      bench: 'real',
      concurrency: null,
      keyringFile: null,
    });
    expect(plan.programs.size).toBe(0);
  });

  it('keeps its record in a folder of its own name', () => {
    expect(plan.recordFolder).toBe(resolve('.flashline/test'));
    expect(plan.reportsFolder).toBe(resolve('reports'));
  });

  it('finds the serial port where the unit is, and asks the operator for power', () => {
    expect(plan.fixtures).toEqual([
      {
        number: 1,
        portPath: '1-4.1',
        serialPath: '1-4.1',
        power: { by: 'operator' },
        cable: null,
        probe: null,
        isReworkBench: false,
      },
    ]);
  });
});

describe('a rework bench', () => {
  it('is nothing without a debug probe', () => {
    const bench = (more: string): string => `${HEAD}fixtures:\n  - { number: 1, port: 1-4.1, for: rework${more} }\n`;
    expect(problemsOf(bench(''))).toEqual(['4:36 a rework bench without a debug probe']);
    expect(problemsOf(bench(', probe: { kind: ftdi }'))).toEqual([]);
  });
});

describe('two fixtures that claim the same', () => {
  const two = (first: string, second: string): readonly string[] =>
    problemsOf(`${HEAD}fixtures:\n  - { number: 1, port: 1-4.1${first} }\n  - { ${second} }\n`);

  it.each([
    ['number', '', 'number: 1, port: 1-4.2', '5:15 number 1 is taken by fixture 1 (line 4)'],
    ['port', '', 'number: 2, port: 1-4.1', '5:24 port 1-4.1 is named twice; fixture 1 (line 4) has it'],
    [
      'serial port',
      ', serial: 1-5',
      'number: 2, port: 1-4.2, serial: 1-5',
      '5:39 serial port 1-5 belongs to fixture 1 (line 4)',
    ],
    [
      'power',
      ', power: { hub: 1-4, port: 1 }',
      'number: 2, port: 1-4.2, power: { hub: 1-4, port: 1 }',
      '5:38 this switches the power of fixture 1 (line 4)',
    ],
    ['cable', ', cable: A', 'number: 2, port: 1-4.2, cable: A', '5:38 cable A is in fixture 1 (line 4)'],
    [
      'probe',
      ', probe: { kind: ftdi }',
      'number: 2, port: 1-4.2, probe: { kind: ftdi }',
      '5:38 this probe is wired to fixture 1 (line 4)',
    ],
  ])('the same %s is told at the second, naming the first', (_, first, second, problem) => {
    expect(two(first, second)).toEqual([problem]);
  });

  it('another’s own port as serial port is told as well', () => {
    expect(two('', 'number: 2, port: 1-4.2, serial: 1-4.1')).toEqual([
      '5:39 serial port 1-4.1 belongs to fixture 1 (line 4)',
    ]);
  });
});

describe('a policy', () => {
  it.each([
    ['runs without repair: 5', '6:24 runs without repair is 5; it must be a whole number from 2 to 4'],
    ['signatures: 1', '6:15 signatures is 1; it must be a whole number from 2 to 4'],
    ['fixtures to condemn: 1', '6:24 fixtures to condemn is 1; it must be a whole number from 2 to 3'],
    ['challenge every: 48 h', '6:20 challenge every is 48; it must be a whole number from 1 to 24'],
    ['cable warning at: 100 %', '6:21 cable warning at is 1; it must be a number from 0.5 to 0.95'],
    ['may sign scrap: [operator]', '6:19 may sign scrap names operator; a person of this role cannot sign'],
    ['may sign scrap: []', '6:19 may sign scrap is empty; name at least one role that may sign'],
    ['runs wihtout repair: 3', '6:3 unknown key "runs wihtout repair"'],
  ])('with %s is refused', (line, problem) => {
    expect(problemsOf(`${ONE}policy:\n  ${line}\n`)).toEqual([problem]);
  });

  it('refuses one person under two spellings', () => {
    expect(problemsOf(`${ONE}people: [{ name: A B, role: quality }, { name: a  b, role: engineer }]\n`)).toEqual([
      '5:9 a  b is listed twice',
    ]);
  });
});

describe('production', () => {
  it('needs a record, a keyring and real boards', () => {
    expect(problemsOf(`${ONE}mode: production\nbench: virtual\n`)).toEqual([
      '5:7 a virtual bench is never in production',
      '5:7 production needs a record in a place of its own',
      '5:7 production needs signed recipes, and a keyring says by whom',
    ]);
  });

  it('is accepted with all three', () => {
    const { plan } = checkStation(write(`${ONE}mode: production\nrecord: /srv/flashline\nkeyring: /etc/keys.json\n`));
    expect(plan).toMatchObject({ mode: 'production', recordFolder: '/srv/flashline', keyringFile: '/etc/keys.json' });
  });
});

describe('outside programs', () => {
  it('are allowed by hash', () => {
    const sha256 = 'ab'.repeat(32);
    const { plan } = checkStation(write(`${ONE}programs: [{ path: /usr/bin/rssi, sha256: ${sha256} }]\n`));
    expect(plan?.programs.get(sha256)).toBe('/usr/bin/rssi');
  });

  it('are never found by searching', () => {
    expect(problemsOf(`${ONE}programs: [{ path: rssi, sha256: ${'ab'.repeat(32)} }]\n`)).toEqual([
      '5:20 write the whole path, from /',
    ]);
  });
});

describe('what is no station', () => {
  it.each([
    ['nothing', '', '1:1 this is no station'],
    ['a list', '- 1\n', '1:1 this is no station'],
    ['one without fixtures', HEAD, '1:1 "fixtures" is missing'],
    ['one with no fixture', `${HEAD}fixtures: []\n`, '3:11 at least 1 entry is needed'],
    [
      'a port that is no path',
      `${HEAD}fixtures: [{ number: 1, port: COM3 }]\n`,
      "3:31 write the port's path in the USB tree: bus, then the chain of hub ports: 1-4.3",
    ],
    ['broken YAML', `${HEAD}fixtures: [\n`, '4:1 something is missing here: a quote, a bracket or a comma'],
  ])('%s is refused', (_, text, problem) => {
    expect(problemsOf(text)).toContain(problem);
  });

  it('a file that is not there is a problem, with the name that was meant', () => {
    const { problems } = checkStation('stations/virtaul-8.yaml');
    expect(problems.map(({ message, hint }) => [message, hint])).toEqual([
      ['stations/virtaul-8.yaml does not exist', 'did you mean stations/virtual-8.yaml?'],
    ]);
  });

  it('loading one throws all its problems as one error for exit code 2', () => {
    const load = () => loadStation(write(`${HEAD}fixtures: [{ number: 1, prot: 1-4.1 }]\n`));
    expect(load).toThrowError(expect.objectContaining({ code: 'station/invalid', kind: 'input' }));
    expect(load).toThrowError(/unknown key "prot"[\s\S]*did you mean "port"\?/);
  });
});
