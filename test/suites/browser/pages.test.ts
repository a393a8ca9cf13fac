// Pages in a real browser, from a file address: nothing asked for, nothing executed, nothing complained of, and printable.
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findChromium, printPdf } from '../../../src/equipment/drivers/chromium.ts';
import { renderBatchPage } from '../../../src/report/batch/batch-page.ts';
import { renderPeriodPage } from '../../../src/report/period-page.ts';
import { collectLotDistributions } from '../../../src/report/summary/lot-distribution.ts';
import { renderUnitPage } from '../../../src/report/unit/unit-page.ts';
import { htmlPayloads, poisonedInTurn } from '../../report/hostile-strings.ts';
import { summariseBatch, summarisePeriod } from '../../report/of-runs.ts';
import { sampleBatch, sampleRun } from '../../report/sample-batch.ts';
import { gotThrough, joined, type Listener, listen, type OpenedPage, openPage } from './open-page.ts';

const browser = (await findChromium(process.env['PATH'] ?? ''))!;
const folder = mkdtempSync(join(tmpdir(), 'flashline-browser-'));
const { runs, signatures } = sampleBatch();
const context = { history: runs, lot: collectLotDistributions(runs), signatures };
let listener: Listener;

beforeAll(async () => {
  listener = await listen();
});

afterAll(() => {
  listener.close();
  rmSync(folder, { recursive: true, force: true });
});

const open = async (name: string, page: string): Promise<OpenedPage> => openPage(browser, folder, name, page);

const pages: readonly (readonly [string, () => string])[] = [
  ['a unit that passed', () => renderUnitPage(sampleRun(1), context)],
  ['a unit proposed for scrap', () => renderUnitPage(sampleRun(102), context)],
  ['a unit with garbled serial text', () => renderUnitPage(sampleRun(111), context)],
  ['a batch', () => renderBatchPage(summariseBatch(runs, { signatures }))],
  ['a day', () => renderPeriodPage(summarisePeriod(runs, { name: 'Monday', signatures }))],
];

describe.each(pages)('the page of %s', (name, render) => {
  const file = name.replaceAll(' ', '-');

  it('opens from a file address without a word on the console', async () => {
    const { dom, console } = await open(file, render());
    expect(console).toEqual([]);
    expect(dom).toContain('<main>');
  });

  it('prints to PDF', async () => {
    const pdf = join(folder, `${file}.pdf`);
    await printPdf(browser, join(folder, `${file}.html`), pdf);
    expect(readFileSync(pdf).subarray(0, 5).toString('latin1')).toBe('%PDF-');
    expect(statSync(pdf).size).toBeGreaterThan(10_000);
  });
});

describe('hostile text', () => {
  it('would be run and fetched by the browser if it got through', async () => {
    const page = `<title>mine</title><script>document.title='taken';console.error('heard')</script><img src="http://127.0.0.1:${listener.port}/control">`;
    const opened = await open('control', page);
    expect(opened.console.join()).toContain('heard');
    expect(opened.dom).toContain('<title>taken</title>');
    expect(listener.requests).toEqual(['/control']);
    expect(gotThrough(opened, listener).length).toBeGreaterThanOrEqual(4);
    listener.requests.length = 0;
  });

  it.each([true, false])('in every field in turn is inert, with the policy: %s', async (withPolicy) => {
    const payloads = htmlPayloads.map((payload) => payload.replaceAll('127.0.0.1:9', `127.0.0.1:${listener.port}`));
    const turns = Array.from({ length: 12 }, (_, at) =>
      poisonedInTurn(sampleRun(at % 2 ? 104 : 111), payloads, at * 19),
    );
    const page = joined(
      turns.map((run) => renderUnitPage(run, context)),
      withPolicy,
    );
    expect(gotThrough(await open(`hostile-${withPolicy}`, page), listener)).toEqual([]);
  });
});
