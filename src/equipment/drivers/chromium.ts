// Pages printed to PDF by the Chromium that a machine happens to have: an extra, never needed for a report.
import { spawn } from 'node:child_process';
import { access, constants, mkdtemp, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { StationError } from '../../base/station-error.ts';

/** Names under which systems install it, the most usual first. */
const BROWSER_NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'chrome.exe'] as const;
const TIME_LIMIT_MS = 60_000;
const MAX_MESSAGE_CHARACTERS = 2000;

/** Path of the browser in `searchPath` (as in PATH), or null where there is none. */
export async function findChromium(searchPath: string): Promise<string | null> {
  for (const folder of searchPath.split(delimiter).filter((entry) => entry !== '')) {
    for (const name of BROWSER_NAMES) {
      const path = join(folder, name);
      if (await isExecutable(path)) return path;
    }
  }
  return null;
}

/**
 * Prints the page at `page` to `pdf`, which is whole or not there. Nothing of the page is executed or fetched: its own
 * policy forbids it, and the browser has no network. Throws StationError `report/no-pdf`.
 */
export async function printPdf(browser: string, page: string, pdf: string): Promise<void> {
  const profile = await mkdtemp(join(tmpdir(), 'flashline-chromium-'));
  const beside = `${resolve(pdf)}.part`;
  try {
    const { exitCode, message } = await runBrowser(browser, [
      ...buildChromiumFlags(profile),
      '--no-pdf-header-footer',
      `--print-to-pdf=${beside}`,
      pathToFileURL(resolve(page)).href,
    ]);
    if (exitCode !== 0) throw createNoPdfError(page, message);
    await rename(beside, resolve(pdf)).catch(() => {
      throw createNoPdfError(page, message);
    });
  } finally {
    await rm(profile, { recursive: true, force: true });
    await rm(beside, { force: true });
  }
}

/** Headless, without network, without anything that a browser does at its first start; root has no sandbox to run in. */
export function buildChromiumFlags(profile: string): readonly string[] {
  return [
    '--headless',
    '--disable-gpu',
    '--disable-quic',
    '--no-first-run',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
    '--disable-extensions',
    `--user-data-dir=${profile}`,
    ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
  ];
}

async function isExecutable(path: string): Promise<boolean> {
  return access(path, constants.X_OK).then(
    () => true,
    () => false,
  );
}

function runBrowser(
  browser: string,
  args: readonly string[],
): Promise<{ readonly exitCode: number | null; readonly message: string }> {
  return new Promise((settle) => {
    const child = spawn(browser, [...args], {
      stdio: ['ignore', 'ignore', 'pipe'],
      timeout: TIME_LIMIT_MS,
      killSignal: 'SIGKILL',
    });
    let message = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      message = (message + text).slice(-MAX_MESSAGE_CHARACTERS);
    });
    child.on('error', (error) => settle({ exitCode: null, message: error.message }));
    child.on('close', (exitCode) => settle({ exitCode, message }));
  });
}

function createNoPdfError(page: string, message: string): StationError {
  return new StationError({
    code: 'report/no-pdf',
    message: `${page} could not be printed to PDF: ${message.trim().split('\n').at(-1) || 'the browser ended early'}`,
    hint: 'Open the page in any browser and print it from there; the page itself is complete.',
  });
}
