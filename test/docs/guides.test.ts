// The guides and the README: what they name exists, and the one that is done by doing is followed, command by command.
import { execFile } from 'node:child_process';
import { existsSync, globSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildReference } from '../../src/cli/reference/build-reference.ts';
import { type } from '../cli/typed.ts';

const pages = ['README.md', 'CONTRIBUTING.md', 'SECURITY.md', ...globSync('docs/*.md').sort()];
const MAIN = resolve('src/cli/main.ts');
/** Processes of their own on a busy machine, each with a batch. */
const LIMIT_MS = 120_000;

interface Block {
  readonly language: string;
  readonly about: string;
  readonly lines: readonly string[];
}

function readBlocks(page: string): readonly Block[] {
  const blocks = readFileSync(page, 'utf8').matchAll(/^```(\w+)? ?(.*)\n([\s\S]*?)^```$/gm);
  return [...blocks].map(([, language = '', about = '', body = '']) => ({
    language,
    about,
    lines: body.trimEnd().split('\n'),
  }));
}

/** Command lines of a page that start Flashline, without what follows a comment or a pipe. */
function listCommands(page: string): readonly string[] {
  const text = readFileSync(page, 'utf8');
  const inline = [...text.matchAll(/`(flashline [^`]+)`/g)].map(([, command = '']) => command);
  const typed = readBlocks(page)
    .filter(({ language }) => ['', 'sh', 'console'].includes(language))
    .flatMap(({ lines }) => lines);
  return [...inline, ...typed]
    .map((line) => line.replace(/^(\$ |sudo )/, ''))
    .filter((line) => /^flashline \w/.test(line))
    .map((line) => line.replace(/ +#.*$| [|>&].*$/, ''));
}

describe('the guides', () => {
  it.each(pages)('%s leads nowhere that is not there', (page) => {
    const links = [...readFileSync(page, 'utf8').matchAll(/\]\(([^)#]+)[^)]*\)/g)].map(([, link = '']) => link);
    const here = links.filter((link) => !/^[a-z]+:/.test(link));
    expect(here.filter((link) => !existsSync(join(dirname(page), link)))).toEqual([]);
  });

  it.each(pages)('%s names only verbs and options that there are', async (page) => {
    for (const command of listCommands(page)) {
      const words = command.split(/\s+/).slice(1);
      const tries = [3, 2, 1].map((count) => type('help', ...words.slice(0, words[0] === 'help' ? 1 : count)));
      const found = (await Promise.all(tries)).find(({ code }) => code === 0);
      expect(found, command).toBeDefined();
      const options = command.replaceAll(/"[^"]*"/g, '').match(/--[a-z-]+/g) ?? [];
      expect(
        options.filter((option) => !found!.out.includes(option)),
        command,
      ).toEqual([]);
    }
  });

  it.each(pages)('%s names only codes that there are', (page) => {
    const known = new Set(buildReference().map(({ word }) => word));
    const rooms = new Set(
      [...known].filter((word) => /^[a-z]+\/[a-z-]+$/.test(word)).map((word) => word.split('/')[0]!),
    );
    const named = [...readFileSync(page, 'utf8').matchAll(/`([a-z]+)\/([a-z-]+)`/g)]
      .filter(([, room = '']) => rooms.has(room))
      .map(([, room, code]) => `${room}/${code}`)
      .filter((code) => !existsSync(code) && !existsSync(join('src', code)) && !existsSync(join('test', code)));
    expect(named.filter((code) => !known.has(code))).toEqual([]);
  });

  it('the README is short', () => {
    expect(readFileSync('README.md', 'utf8').split('\n').length).toBeLessThanOrEqual(121);
  });
});

describe('your own product in thirty minutes', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'flashline-guide-'));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  it(
    'ends as it says, each command typed in its order',
    async () => {
      let where = folder;
      let printed = '';
      for (const { language, about, lines } of readBlocks('docs/your-product.md')) {
        if (language === 'text') expect(lines, printed).toSatisfy((shown) => isShownBy(shown as string[], printed));
        if (language !== 'sh') continue;
        const entered = /^cd (\S+)$/.exec(lines[0]!)?.[1];
        if (entered !== undefined) {
          where = join(where, entered);
          continue;
        }
        const ended = await runLines(lines, where);
        printed = ended.printed;
        expect(`exit=${ended.code}`, printed).toBe(about === '' ? 'exit=0' : about);
      }
    },
    LIMIT_MS,
  );
});

/** Types the lines in a shell in which `flashline` is this program; stops at the first that fails. */
function runLines(lines: readonly string[], cwd: string): Promise<{ readonly code: number; readonly printed: string }> {
  const script = `flashline() { "${process.execPath}" "${MAIN}" "$@"; }\nset -e\n${lines.join('\n')}\n`;
  const { FLASHLINE_STATION, FLASHLINE_RECORD, ...env } = process.env;
  return new Promise((done) => {
    execFile('bash', ['-c', script], { cwd, env }, (error, out, err) =>
      done({ code: typeof error?.code === 'number' ? error.code : 0, printed: `${out}${err}` }),
    );
  });
}

/** Whether the lines stand in the text in their order; `…` is anything, also whole lines. */
function isShownBy(shown: readonly string[], printed: string): boolean {
  const pattern = shown
    .map((line) =>
      line
        .split('…')
        .map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'))
        .join('.*'),
    )
    .join('[\\s\\S]*?\\n?');
  return new RegExp(pattern).test(printed);
}
