// The verbs that explain the others, as they are declared.
import { requireChoice, requireTexts, takeChoiceOr, takeFlag, takeTexts } from '../../options/verb-input.ts';
import { declareVerb } from '../verb.ts';

export const helpVerb = declareVerb({
  name: 'help',
  description: 'explain a verb, or a code that was printed',
  arguments: { words: takeTexts('verb', 'as in: batch open; a code, as in: record/key; or "codes": all of them') },
});

export const explainVerb = declareVerb({
  name: 'explain',
  description: 'explain a rule, a code, a step or a key',
  arguments: {
    words: requireTexts('word', 'as it is printed or written: D8b, dfu/erase-stalled, dfu-flash, policy signatures'),
  },
  options: { json: takeFlag('one JSON object per entry on standard output') },
  help: `
Examples:
  flashline explain D8b                 a rule of the verdict
  flashline explain S3                  why a fixture was stopped
  flashline explain dfu/erase-stalled   a failure of a unit, with its symptoms
  flashline explain record/in-use       trouble of the station, with its remedy
  flashline explain dfu-flash           a step, with all its keys
  flashline explain signatures          every key of that name
`,
});

export const manualVerb = declareVerb({
  name: 'manual',
  description: 'print the help of every verb as one man page',
  options: { format: takeChoiceOr('man', ['man', 'markdown'], 'format', 'how it is written') },
  help: `
Example:
  flashline manual > /usr/local/share/man/man1/flashline.1
`,
});

export const completionVerb = declareVerb({
  name: 'completion',
  description: 'print the completion of verbs and options for a shell',
  arguments: { shell: requireChoice(['bash', 'zsh', 'fish'], 'shell', 'the shell') },
  help: `
Examples:
  flashline completion bash > /etc/bash_completion.d/flashline
  flashline completion zsh  > ~/.zfunc/_flashline
  flashline completion fish > ~/.config/fish/completions/flashline.fish
`,
});
