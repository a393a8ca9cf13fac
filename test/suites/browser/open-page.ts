// A page opened in headless Chromium from a file address: what became of it, what it said, what it asked the network for.
import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { buildChromiumFlags } from '../../../src/equipment/drivers/chromium.ts';

export interface OpenedPage {
  /** The document as it stands when everything has settled. */
  readonly dom: string;
  /** Every line on the browser's console. */
  readonly console: readonly string[];
}

/** Opens `page` as NAME.html in `folder`. */
export async function openPage(browser: string, folder: string, name: string, page: string): Promise<OpenedPage> {
  const file = join(folder, `${name}.html`);
  writeFileSync(file, page);
  const flags = [
    ...buildChromiumFlags(join(folder, `${name}-profile`)),
    '--enable-logging=stderr',
    '--virtual-time-budget=2000',
    '--dump-dom',
    pathToFileURL(file).href,
  ];
  const { stdout, stderr } = await promisify(execFile)(browser, flags, { timeout: 120_000, maxBuffer: 1 << 28 });
  return { dom: stdout, console: stderr.split('\n').filter((line) => line.includes('CONSOLE')) };
}

/** A server on this machine that pages must never ask for anything. */
export interface Listener {
  readonly port: number;
  /** Paths asked for since it began, or since they were taken out. */
  readonly requests: string[];
  close(): void;
}

/** Answers every request with a script that would change the page's title. */
export async function listen(): Promise<Listener> {
  const requests: string[] = [];
  const server = createServer((request, response) => {
    requests.push(request.url ?? '');
    response.end('document.title="taken"');
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const { port } = server.address() as AddressInfo;
  return { port, requests, close: () => void server.close() };
}

/** Elements that only a payload can have brought in. */
const STRANGE = /<(script|img|iframe|video|audio|object|embed|math|link|base|form|input|marquee|template|x)\b/i;

/** What of a hostile page got through. */
export function gotThrough({ dom, console }: OpenedPage, { requests }: Listener): readonly string[] {
  const taken = dom.includes('<title>taken</title>') ? ['a script ran'] : [];
  const element = STRANGE.exec(dom)?.[0];
  const handler = /<[^>]*\son\w+=/.exec(dom)?.[0];
  return [
    ...taken,
    ...(element ? [`an element ${element}`] : []),
    ...(handler ? [`a handler ${handler}`] : []),
    ...console,
    ...requests.map((path) => `a request for ${path}`),
  ];
}

/** The bodies of several pages in the frame of the first; without its policy where only the escaping is on trial. */
export function joined(pages: readonly string[], withPolicy: boolean): string {
  const [first, ...others] = pages;
  const bodies = others.map((page) => /<main>([\s\S]*)<\/main>/.exec(page)![1]);
  const whole = first!.replace('</main>', () => `${bodies.join('')}</main>`);
  return withPolicy ? whole : whole.replace(/<meta http-equiv[^>]*>/, '');
}
