// `flashline manual`: the help of every verb in one piece, as a man page or as Markdown.
import type { Command } from 'commander';
import { environmentTexts } from '../../output/environment-texts.ts';
import { exitCodeTexts } from '../../output/exit-codes.ts';
import { programVersion } from '../../output/version.ts';
import type { Cli, VerbInput } from '../verb.ts';
import type { manualVerb } from './help-verbs.ts';

/** The same on every terminal. */
const COLUMNS = 96;

interface VerbHelp {
  /** `flashline batch open`. */
  readonly name: string;
  readonly description: string;
  /** As `--help` prints it. */
  readonly help: string;
}

export function printManual({ terminal, program }: Cli, { format }: VerbInput<typeof manualVerb>): void {
  const verbs = collectVerbHelp(program, 'flashline');
  terminal.writeOut(format === 'man' ? renderManPage(program, verbs) : renderMarkdown(verbs));
}

/** Groups have nothing of their own to say. */
function collectVerbHelp(group: Command, path: string): readonly VerbHelp[] {
  return group.commands.flatMap((verb) => {
    const name = `${path} ${verb.name()}`;
    if (verb.commands.length > 0) return collectVerbHelp(verb, name);
    return [{ name, description: verb.description(), help: captureHelp(verb) }];
  });
}

function captureHelp(verb: Command): string {
  let help = '';
  verb.configureOutput({
    getOutHelpWidth: () => COLUMNS,
    writeOut: (text) => {
      help += text;
    },
  });
  verb.outputHelp();
  return help.trimEnd();
}

function renderMarkdown(verbs: readonly VerbHelp[]): string {
  return [
    '# Commands',
    '',
    'What each verb takes, as `flashline help VERB` prints it. This page is made from the program: `npm run docs` writes it anew.',
    '',
    ...verbs.flatMap(({ name, help }) => [`## \`${name}\``, '', '```text', help, '```', '']),
    '## Exit codes',
    '',
    ...exitCodeTexts.map(([code, text]) => `- \`${code}\`: ${text}`),
    '',
    '## Environment',
    '',
    ...environmentTexts.map(([name, text]) => `- \`${name}\`: ${text}`),
    '',
  ].join('\n');
}

function renderManPage(program: Command, verbs: readonly VerbHelp[]): string {
  return [
    `.TH FLASHLINE 1 "" "flashline ${programVersion}" "User Commands"`,
    '.SH NAME',
    `flashline \\- ${escapeRoff(program.description())}`,
    '.SH SYNOPSIS',
    '.B flashline',
    '.I VERB',
    '[options]',
    '.SH COMMANDS',
    ...verbs.flatMap(({ name, help }) => [`.SS "${escapeRoff(name)}"`, '.nf', escapeRoff(help), '.fi']),
    '.SH EXIT STATUS',
    ...exitCodeTexts.flatMap(([code, text]) => ['.TP', `.B ${code}`, escapeRoff(text)]),
    '.SH ENVIRONMENT',
    ...environmentTexts.flatMap(([name, text]) => ['.TP', `.B ${name}`, escapeRoff(text)]),
    '',
  ].join('\n');
}

/** A backslash begins a request anywhere, a full stop or quote mark at the beginning of a line. */
function escapeRoff(text: string): string {
  return text
    .replaceAll('\\', '\\e')
    .replaceAll('-', '\\-')
    .replace(/^([.'])/gm, '\\&$1');
}
