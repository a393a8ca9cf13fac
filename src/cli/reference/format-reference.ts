// The reference as text for the terminal and as Markdown pages.
import { type ReferenceEntry, type ReferenceKind, referenceKinds } from './reference-entry.ts';

/** One entry for the terminal: the word with its kind, what it means, and the rest indented. */
export function formatEntry({ word, kind, means, facts }: ReferenceEntry, columns: number): string {
  const lines = [means, ...facts.map(([label, text]) => `${label}: ${text}`)].filter((line) => line !== '');
  return [
    `${word} (${kind})`,
    ...lines.flatMap((line) => wrapText(line, columns - 2)).map((line) => `  ${line}`),
    '',
  ].join('\n');
}

interface ReferencePage {
  /** Name of the file in docs/reference. */
  readonly file: string;
  readonly text: string;
}

const titles: Readonly<Record<(typeof referenceKinds)[ReferenceKind], readonly [title: string, opening: string]>> = {
  recipe: [
    'Keys of a recipe',
    'What may stand in a recipe, from the outside in. `[]` marks each item of a list, `NAME` a name of your own.',
  ],
  steps: ['Kinds of step', 'What a step may be, in `setup:`, `steps:` and `teardown:`.'],
  station: ['Keys of a station file', 'What may stand in a station file. `[]` marks each item of a list.'],
  rules: [
    'Rules',
    'Rules are asked from top to bottom; the first that applies decides. `flashline why UNIT` prints the one that decided about a unit, with its evidence and the cheapest test that could overturn it.',
  ],
  failures: [
    'Failures of a unit',
    'What a failing unit shows, by code. Each symptom tells the likely cause, and whom the evidence points at first.',
  ],
  errors: ['Errors of the station, and exit codes', 'What goes wrong beside the units, and what to do next.'],
};

/** The pages of docs/reference that are made from the program, each with its whole text. */
export function renderReferencePages(reference: readonly ReferenceEntry[]): readonly ReferencePage[] {
  return Object.entries(titles).map(([page, [title, opening]]) => ({
    file: `${page}.md`,
    text: [
      `# ${title}`,
      '',
      opening,
      '',
      'This page is made from the program: `npm run docs` writes it anew. `flashline explain WORD` prints any part of it.',
      '',
      ...reference.filter(({ kind }) => referenceKinds[kind] === page).flatMap(renderEntry),
    ].join('\n'),
  }));
}

function renderEntry({ word, means, facts }: ReferenceEntry): readonly string[] {
  return [
    `## \`${word}\``,
    '',
    ...(means === '' ? [] : [escapeMarkdown(means), '']),
    ...facts.map(([label, text]) => `- **${label}:** ${escapeMarkdown(text)}`),
    ...(facts.length === 0 ? [] : ['']),
  ];
}

/** Keeps text from being taken for Markdown or HTML. */
function escapeMarkdown(text: string): string {
  return text.replace(/[\\<>*_`|]/g, (sign) => `\\${sign}`);
}

function wrapText(text: string, columns: number): readonly string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && line.length + 1 + word.length > columns) {
      lines.push(line);
      line = word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  return [...lines, line];
}
