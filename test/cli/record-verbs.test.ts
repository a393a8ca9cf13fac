// The verbs of the record as they are typed, one after the other on one record: each says what it did, and to whom it is forbidden.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { systemClock } from '../../src/base/clock.ts';
import { exportFormats } from '../../src/exchange/formats/export-formats.ts';
import { openRecord } from '../../src/record/open-record.ts';
import { openReadableRecord } from '../../src/record/read-record.ts';
import { buildUnitDocumentSchema } from '../../src/report/unit/unit-schema.ts';
import { newPlace, type Place } from './place.ts';
import { type } from './typed.ts';

let place: Place;
let ran: Awaited<ReturnType<typeof type>>;

const here = (...args: readonly string[]) => type(...args, '--station', place.station);
const as = (name: string): readonly string[] => ['--name', name];

beforeAll(async () => {
  place = newPlace();
  const faults = ['--faults', 'corrupt-bootloader,wrong-product'];
  ran = await here('run', '--recipe', 'photon-demo', '--batch', 'B1', '--units', '5', ...faults, '--pace', '5000');
});
afterAll(() => place.remove());

/** Label of the unit that stands so. */
function unitAt(disposition: string): string {
  const csv = readFileSync(join(place.folder, 'reports', 'B1', 'batch.csv'), 'utf8');
  return /P\d{9}/.exec(csv.split('\n').find((line) => line.includes(disposition)) ?? '')![0];
}

/** The day on which the batch was run. */
function unitDay(): string {
  return /\d{4}-\d\d-\d\d/.exec(readFileSync(join(place.folder, 'reports', 'B1', 'batch.csv'), 'utf8'))![0];
}

describe('flashline run', () => {
  it('ends with 1 when a unit did not pass, and writes a page for each run and the batch', () => {
    expect(ran.code).toBe(1);
    expect(ran.out).toContain('units: 3 pass');
    expect(existsSync(join(place.folder, 'reports', 'B1', 'batch.html'))).toBe(true);
    expect(
      readdirSync(join(place.folder, 'reports', 'B1', 'units')).filter((name) => name.endsWith('.html')),
    ).toHaveLength(5);
  });
});

describe('flashline report', () => {
  it('writes pages of a unit, a batch, a fixture and a day, and prints their tables', async () => {
    const out = join(place.folder, 'written');
    const label = unitAt('rework');
    const unit = await here('report', 'unit', label, '--out', out);
    expect(unit.out.trim().split('\n')).toEqual([expect.stringMatching(/units\/.*P\d{9}\.html$/)]);
    const day = unitDay();
    for (const [title, ...args] of [
      ['Batch B1', 'batch', 'B1'],
      ['Fixture 1', 'fixture', '1'],
      [day, 'day', day],
      [day, 'day', day, '--by', 'shift'],
    ]) {
      const said = await here('report', ...args, '--out', out);
      expect(said).toMatchObject({ code: 0, out: expect.stringContaining('First-pass yield') });
      expect(said.out.split(',')[0]).toBe(title);
      expect(existsSync(said.out.trim().split('\n').at(-1)!)).toBe(true);
    }
    expect((await here('report', 'batch', 'nothing', '--out', out)).err).toContain('there is no batch nothing');
    expect((await here('report', 'fixture', '9', '--out', out)).err).toContain('no run at fixture 9');
    for (const args of [['2026-13-05'], ['yesterday'], [day, '--until', '2026-02-30']]) {
      expect(await here('report', 'day', ...args, '--out', out)).toMatchObject({
        code: 2,
        err: expect.stringContaining('give a day, as in'),
      });
    }
    expect((await here('report', 'day', day, '--by', 'week', '--out', out)).err).toContain(
      'parts are: hour, shift, day',
    );
  });
});

describe('flashline grr', () => {
  it('says that there is nothing to judge where no reference unit has run', async () => {
    expect(await here('grr', '--on-record')).toMatchObject({
      code: 1,
      out: expect.stringContaining('no run of a reference unit'),
    });
  });
});

describe('flashline batch', () => {
  it('opens, lists and closes what people plan', async () => {
    expect((await here('batch', 'open', 'B7', '--product', 'Photon', '--units', '50', ...as('T. Nician'))).out).toBe(
      'batch B7: open, 50 units\n',
    );
    expect(await here('batch', 'open', 'B7', '--product', 'Photon', ...as('T. Nician'))).toMatchObject({ code: 2 });
    const { out } = await here('batch', 'list', '--json');
    const rows = out
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { batch: string });
    expect(rows).toMatchObject([
      { batch: 'B1', state: 'closed', units: 5, passed: 3, runs: 5 },
      { batch: 'B7', state: 'open', units: 0, targetCount: 50, firstPassYield: null },
    ]);
    expect((await here('batch', 'close', 'B7', ...as('T. Nician'))).code).toBe(0);
    expect((await here('batch', 'list')).out).toMatch(/B7 +Photon +closed/);
    expect(await here('batch', 'close', 'B9', ...as('T. Nician'))).toMatchObject({ code: 2 });
  });
});

describe('flashline stats', () => {
  it('prints rates with their rules, and the same for machines', async () => {
    const { out } = await here('stats', '--batch', 'B1');
    expect(out).toContain('5 units in 5 runs');
    expect(out).toMatch(/75\.0 % {2}First-pass yield \(3 of 4\)/);
    const json = JSON.parse((await here('stats', '--json')).out) as { figures: unknown };
    expect(json.figures).toMatchObject({ unitCount: 5, runCount: 5 });
    expect((await here('stats', '--batch', 'B1', '--until', '2001-01-01')).out).toContain('0 units in 0 runs');
  });
});

describe('a name that is not on record', () => {
  const reading = [['stats'], ['stats', '--json'], ['grr', '--on-record'], ['export', '--format', 'csv']];

  it.each(reading)('is refused with the one that is near, and with how to see them: %s %s', async (...verb) => {
    const out = join(place.folder, 'mistyped');
    const ask = (...args: readonly string[]) => here(...verb, ...(verb[0] === 'export' ? ['--out', out] : []), ...args);
    for (const [option, name, message, hint] of [
      [
        '--batch',
        'B01',
        'there is no batch B01 on record',
        'did you mean "B1"? List batches with: flashline batch list',
      ],
      ['--batch', 'typo', 'there is no batch typo on record', 'hint: list batches with: flashline batch list'],
      ['--recipe', 'foton-demo', 'there is no run with recipe foton-demo on record', 'did you mean "photon-demo"?'],
      ['--recipe', 'typo', 'there is no run with recipe typo on record', 'those on record are: photon-demo'],
      ['--fixture', '9', 'typed has no fixture 9', 'its fixtures are 1, 2, 3, 4'],
    ] as const) {
      const said = await ask(option, name);
      expect(said).toMatchObject({ code: 2, out: '', err: expect.stringContaining(message) });
      expect(said.err).toContain(hint);
    }
    expect(existsSync(out)).toBe(false);
  });

  it('is refused where a batch is reported or closed', async () => {
    const out = join(place.folder, 'mistyped');
    expect(await here('report', 'batch', 'B01', '--out', out)).toMatchObject({
      code: 2,
      err: expect.stringMatching(/there is no batch B01 on record.*\n.*did you mean "B1"\? List batches with/),
    });
    expect(await here('batch', 'close', 'B01', ...as('T. Nician'))).toMatchObject({
      code: 2,
      err: expect.stringMatching(/there is no batch B01 on record.*\n.*did you mean "B1"\?/),
    });
    expect((await here('batch', 'close', 'B1', ...as('T. Nician'))).err).toContain('batch B1 is not open');
  });

  it('is not one that was opened and has no run yet', async () => {
    await here('batch', 'open', 'B8', '--product', 'Photon', ...as('T. Nician'));
    expect(await here('stats', '--batch', 'B8')).toMatchObject({
      code: 0,
      out: expect.stringContaining('0 units in 0 runs'),
    });
    expect((await here('report', 'batch', 'B8')).err).toContain('there is no run of batch B8 on record');
    await here('batch', 'close', 'B8', ...as('T. Nician'));
  });
});

describe('flashline watch', () => {
  it('says of a station that has ended that it has, to people and to machines', async () => {
    expect(await here('watch')).toMatchObject({ code: 0, out: expect.stringMatching(/the station has ended\n$/) });
    const { code, out } = await here('watch', '--json');
    const lines = out.trim().split('\n');
    expect(lines.map((line) => JSON.parse(line) as unknown).at(-1)).toEqual({ type: 'station-ended' });
    expect(code).toBe(0);
    expect((await type('help', 'watch')).out).toContain('{"type":"station-ended"}');
  });
});

describe('flashline export', () => {
  it.each(exportFormats.map(({ name, checkedAgainst }) => [name, checkedAgainst] as const))(
    'writes %s and says what it was checked against',
    async (name, checkedAgainst) => {
      const out = join(place.folder, 'export', name);
      const said = await here('export', '--format', name, '--out', out);
      expect(said.code).toBe(0);
      expect(said.out).toContain(`${['wsjf', 'cfx'].includes(name) ? '4 of 5' : '5'} runs as ${name}`);
      expect(said.out).toContain(checkedAgainst);
      expect(readdirSync(out).length).toBeGreaterThan(0);
    },
  );

  it('leaves out what started before --since', async () => {
    const out = join(place.folder, 'export', 'later');
    const said = await here('export', '--format', 'csv', '--since', '2999-01-01T00:00:00Z', '--out', out, '--json');
    expect(JSON.parse(said.out)).toMatchObject({ runs: 0 });
  });
});

describe('flashline why', () => {
  it('ends with the command by which people go on', async () => {
    const { out } = await here('why', unitAt('rework'));
    expect(out).toContain('Because:');
    expect(out).toContain('What would change this:');
    expect(out).toMatch(/It may not be run again as it is\. Repair it, then say so: flashline repaired P\d{9} --cause/);
  });
});

describe('flashline sign', () => {
  it('lets nobody scrap what no rule has proposed', async () => {
    const label = unitAt('rework');
    const { code, err } = await here('sign', label, '--scrap', '--reason', 'no good', ...as('E. Ngineer'));
    expect(code).toBe(2);
    expect(err).toContain('Scrap was not proposed for this unit: it stands at rework (D4)');
  });

  it('takes use-as-is from two different people who may, and only from them', async () => {
    const label = unitAt('rework');
    const sign = (name: string) =>
      here('sign', label, '--use-as-is', '--reason', 'bootloader is read-only there', ...as(name));
    expect((await sign('Nobody')).err).toContain('Nobody is not listed at this station');
    expect((await sign('T. Nician')).code).toBe(2);
    expect((await sign('E. Ngineer')).out).toContain('1 more to sign');
    expect((await sign('e. ngineer')).err).toContain('has signed already');
    expect((await sign('Q. Uality')).out).toContain('the decision stands');
    expect((await here('why', label)).out).toContain('use-as-is');
  });

  it('is told by the pages and exports that are made afterwards', async () => {
    const out = join(place.folder, 'told');
    const said = await here('report', 'batch', 'B1', '--out', out);
    expect(said.out).toContain('What failed, and where');
    const page = readFileSync(join(out, 'B1', 'batch.html'), 'utf8');
    expect(page).toContain('use-as-is: Q. Uality, quality');
    await here('export', '--format', 'csv', '--batch', 'B1', '--out', out);
    expect(readFileSync(join(out, 'runs-wide.csv'), 'utf8')).toContain(',pass,D14a,');
  });

  it('asks for one decision', async () => {
    expect((await here('sign', 'x', '--reason', 'r', ...as('Q. Uality'))).err).toContain('nothing is decided');
  });
});

describe('flashline repaired, release, cable and reference', () => {
  it('write down what people did, each with a name that may', async () => {
    const label = unitAt('rework');
    expect((await here('repaired', label, '--cause', 'new bootloader', ...as('T. Nician'))).out).toContain(
      '1 of at most 2',
    );
    expect((await here('repaired', label, '--cause', 'x', ...as('Q. Uality'))).err).toContain('may not rework unit');
    expect((await here('repaired', 'P999999999', '--cause', 'x', ...as('T. Nician'))).code).toBe(2);
    const held = unitAt('hold');
    expect((await here('release', '--unit', held, '--cause', 'sorted', ...as('Q. Uality'))).out).toContain(
      'may be tested again',
    );
    expect((await here('release', '3', '--cause', 'x', ...as('T. Nician'))).err).toContain('Fixture 3 is not stopped');
    expect((await here('release', '--cause', 'x', ...as('T. Nician'))).err).toContain('not said what is released');
    expect((await here('cable', 'replace', '2', '--cable', 'C-9', ...as('T. Nician'))).out).toContain(
      'cable C-9, 0 plug-ins',
    );
    expect((await here('cable', 'replace', '2', ...as('T. Nician'))).err).toContain('has no name');
    expect((await here('reference', 'add', 'G-1', 'golden', ...as('Q. Uality'))).out).toContain('registered as golden');
    expect((await here('reference', 'add', 'K-1', 'known-bad', ...as('Q. Uality'))).code).toBe(2);
    expect((await here('reference', 'list')).out).toContain('G-1  golden  by Q. Uality');
  });

  it('and the unit’s JSON, written again, tells the repair beside the same run, by its schema', async () => {
    const label = unitAt('rework');
    const again = join(place.folder, 'again');
    await here('report', 'unit', label, '--out', again);
    const [before, after] = [join(place.folder, 'reports'), again].map((folder) => {
      const units = join(folder, 'B1', 'units');
      const name = readdirSync(units).find((file) => file.includes(label) && file.endsWith('.json'))!;
      return JSON.parse(readFileSync(join(units, name), 'utf8'));
    });
    expect(after.run).toEqual(before.run);
    expect(after.repairs).toMatchObject([{ kind: 'repaired', cause: 'new bootloader' }]);
    const schema = z.fromJSONSchema(buildUnitDocumentSchema() as Parameters<typeof z.fromJSONSchema>[0]);
    expect(schema.safeParse(after).error).toBeUndefined();
  });

  it('are done at the station while it runs, and say so', async () => {
    const held = await openRecord({ directory: place.record, station: 'typed', clock: systemClock, program: 'test' });
    try {
      const { code, err } = await here('cable', 'replace', '2', '--cable', 'C-9', ...as('T. Nician'));
      expect(code).toBe(3);
      expect(err).toContain('is in use by process');
      expect(err).toContain('End the station first');
      expect((await here('stats')).code).toBe(0);
    } finally {
      await held.close();
    }
  });

  it('name the role where the station file lists nobody, and the one that is there where it does', async () => {
    const other = newPlace('');
    const open = (...args: readonly string[]) =>
      type('batch', 'open', 'B', '--product', 'P', '--station', other.station, ...as('kim'), ...args);
    expect((await open()).err).toContain('kim has no role here');
    expect((await open('--role', 'boss')).err).toContain('there is no role boss');
    expect((await open('--role', 'operator')).err).toContain('may not open batch');
    expect((await open('--role', 'technician')).code).toBe(0);
    expect((await here('batch', 'open', 'C', '--product', 'P', ...as('T. Nician'), '--role', 'quality')).err).toContain(
      'listed as technician',
    );
    other.remove();
  });
});

describe('flashline backup, restore, retention and verify', () => {
  it('bring the record away and back, and prove it', async () => {
    const file = join(place.folder, 'backup.db');
    expect((await here('backup', file)).out).toContain('whole and unaltered');
    await here('batch', 'open', 'LATER', '--product', 'P', ...as('T. Nician'));
    const refused = await here('restore', file, ...as('Q. Uality'));
    expect(refused.code).toBe(2);
    expect(refused.err).toContain('--force');
    expect((await here('restore', file, '--force', ...as('Q. Uality'))).out).toContain('what was there:');
    expect((await here('batch', 'list')).out).not.toContain('LATER');
    expect((await here('verify')).out).toContain('whole and unaltered');
    expect((await here('restore', join(place.folder, 'no.db'), ...as('Q. Uality'))).code).toBe(2);
  });

  it('drop evidence only for quality', async () => {
    expect((await here('retention', '--keep-days', '1', ...as('T. Nician'))).err).toContain('may not drop evidence');
    expect((await here('retention', '--keep-days', '1', ...as('Q. Uality'))).out).toContain(
      'there is no evidence from before',
    );
  });
});

describe('flashline flash', () => {
  it('flashes one image onto a unit of a virtual bench and records it in no yield', async () => {
    const { buildSyntheticRelease } = await import('../../src/bench/photon/synthetic-images.ts');
    const { encodeDfuSuffix } = await import('../../src/device/firmware/formats/dfu-suffix.ts');
    const ids = { vendorId: 0x2b04, productId: 0xd006, bcdDevice: 0xffff, bcdDfu: 0x0100 };
    const file = place.write('part1.dfu', encodeDfuSuffix(buildSyntheticRelease('2.3.1').systemPart1.bytes, ids));
    expect(await here('flash', file, '--fixture', '2', '--operator', 'q. uality')).toMatchObject({
      code: 0,
      out: expect.stringContaining('read back and equal'),
    });
    const record = openReadableRecord(place.record);
    expect([...record.history.iterateRuns({ batch: 'flash' })].map(({ operator }) => operator)).toEqual(['Q. Uality']);
    record.close();
    const foreign = await here('flash', file, '--fixture', '3', '--fault', 'foreign-bootloader-dead-flash');
    expect(foreign).toMatchObject({ code: 1, out: expect.stringContaining('bootloader/foreign') });
    expect((await here('stats', '--batch', 'flash')).out).toContain('0 units in 0 runs');
    expect((await here('flash', file, '--fixture', '9')).err).toContain('its fixtures are 1, 2, 3, 4');
    expect((await here('flash', place.write('raw.bin', 'hello'), '--fixture', '1')).err).toContain(
      'which device it is for',
    );
    const placeless = await here('flash', place.write('raw.bin', 'hello'), '--fixture', '1', '--usb', '2b04:d006');
    expect(placeless).toMatchObject({ code: 2, err: expect.stringContaining('`--address` on the command line') });
    const low = await here(
      'flash',
      place.write('low.bin', 'hello'),
      '--fixture',
      '1',
      '--usb',
      '2b04:d006',
      '--address',
      '0x08004000',
    );
    expect(low).toMatchObject({ code: 2, err: expect.stringContaining('that the bootloader protects') });
  });
});

describe('flashline completion', () => {
  it.each(['bash', 'zsh', 'fish'])('knows every verb and option in %s', async (shell) => {
    const { out, code } = await type('completion', shell);
    expect(code).toBe(0);
    for (const word of ['run', 'export', 'batch', 'open', 'use-as-is']) expect(out).toContain(word);
  });
});
