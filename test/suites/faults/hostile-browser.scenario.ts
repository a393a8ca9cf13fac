// Hostile text in every field of pages that a real browser opens: nothing is executed, nothing is asked for.
import { findChromium } from '../../../src/equipment/drivers/chromium.ts';
import { renderBatchPage } from '../../../src/report/batch/batch-page.ts';
import { renderUnitPage } from '../../../src/report/unit/unit-page.ts';
import { temporaryFolder } from '../../record/sample-runs.ts';
import { poisoned } from '../../report/hostile-strings.ts';
import { summariseBatch } from '../../report/of-runs.ts';
import { sampleRun } from '../../report/sample-batch.ts';
import { gotThrough, joined, type Listener, listen, openPage } from '../browser/open-page.ts';
import { type PayloadKind, payloads } from './hostile-payloads.ts';
import { type FaultRow, skipped } from './scenario.ts';

/** Pages that the browser is given at a time, as one. */
const PAGES_AT_A_TIME = 300;

export const row: FaultRow = {
  fault: 'hostile strings in pages, opened in Chromium',
  how: 'each payload in every field of a unit’s and a batch’s page, with and without the pages’ own policy',
  usualSeconds: 40,
  run: async () => {
    const browser = await findChromium(process.env['PATH'] ?? '');
    if (!browser) return skipped('no Chromium: install chromium');
    const folder = temporaryFolder();
    const listener = await listen();
    try {
      const pages = (Object.keys(payloads) as PayloadKind[]).flatMap((kind) => pagesWith(kind, listener));
      const failures: string[] = [];
      for (const withPolicy of [true, false])
        for (let from = 0; from < pages.length; from += PAGES_AT_A_TIME) {
          const name = `from-${from}-${withPolicy ? 'with' : 'without'}-policy`;
          const whole = joined(pages.slice(from, from + PAGES_AT_A_TIME), withPolicy);
          const found = gotThrough(await openPage(browser, folder.path, name, whole), listener);
          failures.push(...found.map((what) => `${name}: ${what}`));
          listener.requests.length = 0;
        }
      const note = `${pages.length} pages, ${failures.length} scripts, handlers, requests or complaints`;
      return { count: 2 * pages.length, failures, note };
    } finally {
      listener.close();
      folder.dispose();
    }
  },
};

function pagesWith(kind: PayloadKind, { port }: Listener): readonly string[] {
  return payloads[kind].flatMap((payload) => {
    const run = poisoned(sampleRun(104), payload.replaceAll('127.0.0.1:9', `127.0.0.1:${port}`));
    return [renderUnitPage(run, { history: [run] }), renderBatchPage(summariseBatch([run]))];
  });
}
