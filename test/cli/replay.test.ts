// A batch with failing units is run, and each of its files replayed as it is typed: the same verdict, or the transfer named.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { decodeRecording, encodeRecording, formatRecordedEvent } from '../../src/equipment/recording/recording.ts';
import type { UnitDocument } from '../../src/report/unit/unit-json.ts';
import { newPlace, type Place } from './place.ts';
import { type } from './typed.ts';

let place: Place;

beforeAll(async () => {
  place = newPlace();
  const faults = ['--faults', 'dead-sector,unplug-in-flash,serial-silent'];
  const batch = ['--recipe', 'photon-demo', '--batch', 'B1', '--units', '4', '--pace', '5000'];
  await type('run', ...batch, ...faults, '--station', place.station);
});
afterAll(() => place.remove());

/** Every run of the batch with its file. */
function runFiles(): readonly { readonly file: string; readonly document: UnitDocument }[] {
  const folder = join(place.folder, 'reports', 'B1', 'units');
  return readdirSync(folder)
    .filter((name) => name.endsWith('.json'))
    .map((name) => join(folder, name))
    .map((file) => ({ file, document: JSON.parse(readFileSync(file, 'utf8')) as UnitDocument }));
}

function fileOf(code: string): { readonly file: string; readonly document: UnitDocument } {
  return runFiles().find(({ document }) => document.run.failure?.code === code)!;
}

describe('flashline replay', () => {
  it('comes to the verdict of every run again, passed or failed, without a device', async () => {
    const files = runFiles();
    const codes = files.map(({ document }) => document.run.failure?.code);
    for (const code of ['dfu/erase-stalled', 'dfu/write-vanished', 'serial/silent']) expect(codes).toContain(code);
    for (const { file } of files) {
      const said = await type('replay', file);
      expect(said, file).toMatchObject({ code: 0, err: '' });
      expect(said.out).toMatch(/^\d+ steps as recorded; the same verdict: \w+ \(\w+\)\n$/);
    }
  });

  it('ends with 1 and names the transfer where it departed from the recording', async () => {
    const { document } = fileOf('dfu/erase-stalled');
    const steps = document.run.steps.map((step) => ({
      ...step,
      evidence: step.evidence.map((item) => {
        if (step.id !== 'dfu-flash' || item.kind !== 'recording') return item;
        const { events } = decodeRecording(item);
        const at = events.findIndex((event) => event.is === 'call' && event.call.startsWith('out 21 1 '));
        return encodeRecording(events.slice(0, at).map(formatRecordedEvent), true);
      }),
    }));
    const file = place.write('cut.json', JSON.stringify({ ...document, run: { ...document.run, steps } }));
    const { code, out } = await type('replay', file);
    expect(code).toBe(1);
    expect(out).toMatch(/departed in step dfu-flash, attempt 1/);
    expect(out).toMatch(/event \d+: asked "out 21 1 0 0 5 [0-9a-f]+", recorded "nothing more"/);
    expect(JSON.parse((await type('replay', file, '--json')).out)).toMatchObject({ departed: { step: 'dfu-flash' } });
  });

  it('says what it wants when the file is something else', async () => {
    const { code, err } = await type('replay', place.station);
    expect(code).toBe(2);
    expect(err).toContain('is not the JSON of a run');
    expect(err).toContain('Name the .json file beside the page of a unit');
  });

  it('says so when the file is not there, and which one may be meant', async () => {
    const { code, err } = await type('replay', `${runFiles()[0]!.file}x`);
    expect(code).toBe(2);
    expect(err).toMatch(/does not exist.*\n.*did you mean .*\.json\?/);
  });
});
