// Pages in a real browser, from a file address: nothing asked for, nothing executed, nothing complained of, and printable.
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findChromium, printPdf, quietFlags } from '../../../src/equipment/drivers/chromium.ts';
import type { RunRecord } from '../../../src/model/run.ts';
import { renderBatchPage } from '../../../src/report/batch-page.ts';
import { summariseBatch } from '../../../src/report/batch-summary.ts';
import { lotOf } from '../../../src/report/lot.ts';
import { renderPeriodPage } from '../../../src/report/period-page.ts';
import { summarisePeriod } from '../../../src/report/period-summary.ts';
import { renderUnitPage } from '../../../src/report/unit-page.ts';
import { htmlPayloads, poisonedInTurn } from '../../report/hostile-strings.ts';
import { sampleBatch, sampleRun } from '../../report/sample-batch.ts';

const browser = (await findChromium(process.env['PATH'] ?? ''))!;
const folder = mkdtempSync(join(tmpdir(), 'flashline-browser-'));
const { runs, signatures } = sampleBatch();
const context = { history: runs, lot: lotOf(runs), signatures };
const requests: string[] = [];
let server: Server;

beforeAll(async () => {
  server = createServer((request, response) => {
    requests.push(request.url ?? '');
    response.end('document.title="taken"');
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
});

afterAll(() => {
  server.close();
  rmSync(folder, { recursive: true, force: true });
});

/** What the browser made of the page, and every line that it wrote to its console. */
async function open(
  name: string,
  page: string,
): Promise<{ readonly dom: string; readonly console: readonly string[] }> {
  const file = join(folder, `${name}.html`);
  writeFileSync(file, page);
  const profile = join(folder, `${name}-profile`);
  const flags = [
    ...quietFlags(profile),
    '--enable-logging=stderr',
    '--virtual-time-budget=2000',
    '--dump-dom',
    pathToFileURL(file).href,
  ];
  const { stdout, stderr } = await promisify(execFile)(browser, flags, { timeout: 60_000, maxBuffer: 1 << 28 });
  return { dom: stdout, console: stderr.split('\n').filter((line) => line.includes('CONSOLE')) };
}

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
  /** Elements that only a payload can have brought in. */
  const STRANGE = /<(script|img|iframe|video|audio|object|embed|math|link|base|form|input|marquee|template|x)\b/i;

  const whole = (runsOfPage: readonly RunRecord[]): string => {
    const [first, ...others] = runsOfPage.map((run) => renderUnitPage(run, context));
    const bodies = others.map((page) => /<main>([\s\S]*)<\/main>/.exec(page)![1]);
    return first!.replace('</main>', `${bodies.join('')}</main>`);
  };

  it('would be run and fetched by the browser if it got through', async () => {
    const { port } = server.address() as AddressInfo;
    const page = `<title>mine</title><script>document.title='taken';console.error('heard')</script><img src="http://127.0.0.1:${port}/control">`;
    const { dom, console } = await open('control', page);
    expect(console.join()).toContain('heard');
    expect(dom).toContain('<title>taken</title>');
    expect(requests).toEqual(['/control']);
    requests.length = 0;
  });

  it.each(['with the policy', 'without the policy'])('in every field in turn is inert, %s', async (how) => {
    const { port } = server.address() as AddressInfo;
    const payloads = htmlPayloads.map((payload) => payload.replaceAll('127.0.0.1:9', `127.0.0.1:${port}`));
    const turns = Array.from({ length: 12 }, (_, at) =>
      poisonedInTurn(sampleRun(at % 2 ? 104 : 111), payloads, at * 19),
    );
    const page = whole(turns);
    const { dom, console } = await open(
      `hostile-${how.split(' ')[0]}`,
      how === 'with the policy' ? page : page.replace(/<meta http-equiv[^>]*>/, ''),
    );
    expect(dom).not.toContain('<title>taken</title>');
    expect(STRANGE.exec(dom)?.[0]).toBeUndefined();
    expect(/<[^>]*\son\w+=/.exec(dom)?.[0]).toBeUndefined();
    expect(console).toEqual([]);
    expect(requests).toEqual([]);
  });
});
