// Text that a hostile unit, label or file could bring, by what it aims at; at least two hundred of each kind.
import { htmlPayloads } from '../../report/hostile-strings.ts';

const FINAL_BYTES = '@ABCDEFGHIJKLMPSTXZ`abcdefghilmnqrstu'.split('');
const STRING_STARTS = [
  '\u001b]',
  '\u001bP',
  '\u001bX',
  '\u001b^',
  '\u001b_',
  '\u009d',
  '\u0090',
  '\u0098',
  '\u009e',
  '\u009f',
];
const STRING_ENDS = ['\u0007', '\u001b\\', '\u009c', ''];
const LONE = Array.from({ length: 32 }, (_, code) => String.fromCharCode(code));
const INVISIBLE = ['\u200b', '\u200e', '\u202e', '\u2028', '\u2066', '\ufeff', '\u{e0041}', '\u007f', '\u0085'];

/** Sequences that a terminal obeys: move, erase, retitle, write to the clipboard, hide, turn text round. */
const controls: readonly string[] = [
  ...FINAL_BYTES.flatMap((final) => [`\u001b[2;5${final}`, `\u009b?1049${final}`, `red\u001b[31${final}green`]),
  ...STRING_STARTS.flatMap((start) => STRING_ENDS.map((end) => `${start}52;c;ZXZpbA==${end}after`)),
  ...LONE.map((character) => `a${character}b`),
  ...INVISIBLE.flatMap((character) => [`${character}gnp.exe`, `x${character}`]),
  '\u001bc', '\u001b(0lqk', '\u001b#8', '\u001b\u001b[31m', '\u001b[\u001b[31mm', '\u001b[31', '\u001b', 'a\u001b]0;t', '\u001b[38;2;255;0;0m', '\u001b[?25l', '\u001b%G', '\u001b[!p', '\u001b[>4;1m', '\u001b[200~paste\u001b[201~',
  ...['\r\n', '\n\r', '\r', '\n', '\t', '\u000b', '\u000c', '\u0085'].map((end) => `line${end}PASS  fixture 3: all good`),
]; // biome-ignore format: lists read better in rows

const FORMULA_STARTS = [
  '=',
  '+',
  '-',
  '@',
  '\t=',
  '\r=',
  '\n=',
  '\u0000=',
  "'=",
  ' =',
  '"=',
  ';=',
  ',=',
  '\uff1d',
  '\uff0b',
  '\uff0d',
  '\uff20',
  '=\t',
];
const FORMULAS = ['1+1', 'cmd|\'/C calc\'!A0', 'HYPERLINK("http://127.0.0.1:9/"&A1,"x")', 'IMPORTXML("http://127.0.0.1:9/","//a")', 'WEBSERVICE("http://127.0.0.1:9/")', 'DDE("cmd";"/C calc";"x")', 'SUM(A1:A9)*cmd|x!A0', '@SUM(1)', 'MSEXCEL|\'\\..\\..\\cmd.exe\'!x', 'IMAGE("http://127.0.0.1:9/x")', 'A1', '"x"&"y"']; // biome-ignore format: one list

/** Cells that a spreadsheet would work out. */
const formulas: readonly string[] = FORMULA_STARTS.flatMap((start) => FORMULAS.map((formula) => `${start}${formula}`));

const CLIMBS = [
  '../../suites/',
  '..\\',
  '....//',
  '..%2f',
  '..%5c',
  '%2e%2e/',
  '..\u0000/',
  '../../suites/',
  '/',
  '\\\\host\\share\\',
  'C:\\',
  'file:///',
  '~/',
  '\u2025/',
  '..;/',
];
const TARGETS = [
  'etc/passwd',
  'station.key',
  'record.db',
  '.bashrc',
  'x.html',
  'con',
  'nul.html',
  'a/b/c/d',
  '',
  '.',
  '..',
  '-rf',
  'x'.repeat(300),
  '$(id)',
  'a\u0000.html',
];

/** Names that would lead out of their folder, or to a device. */
const paths: readonly string[] = [
  ...CLIMBS.flatMap((climb) => TARGETS.map((target) => `${climb.repeat(3)}${target}`)),
  'CON',
  'aux.',
  'com1',
  'LPT9.txt',
  'conin$',
  '.',
  '..',
  '',
  ' ',
  'a:b',
  '\u202egnp.exe',
];

/** Payloads by their aim. */
export const payloads = { script: htmlPayloads, control: controls, formula: formulas, path: paths } as const;

export type PayloadKind = keyof typeof payloads;

const COMMANDS = ['i', 'v', 'version', 'get id', 'show 2.3.1', 'OK', 'test PASS', '> run', 'a.b', '{"p":6}'];
const PROMPTS = ['', '> ', '$ ', '# ', 'photon> '];
const ENDS = ['\r\n', '\n', '\r', '\r\n\r\n', ''];

/** Questions whose own text would satisfy the pattern, and answers that are nothing but their echo. */
export const echoes: readonly { readonly question: string; readonly answer: string; readonly pattern: string }[] =
  COMMANDS.filter((command) => command.length > 1).flatMap((command) =>
    PROMPTS.flatMap((prompt) =>
      ENDS.map((end) => ({
        question: `${command}\r\n`,
        answer: `${prompt}${command}${end}`,
        pattern: escaped(command.split(' ').at(-1)!),
      })),
    ),
  );

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
