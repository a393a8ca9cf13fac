// The verbs that explain the others, as they are declared.
import { requireChoice, takeTexts } from '../../options/verb-input.ts';
import { declareVerb } from '../verb.ts';

export const helpVerb = declareVerb({
  name: 'help',
  description: 'explain a verb, or a code that was printed',
  arguments: { words: takeTexts('verb', 'as in: batch open; a code, as in: record/key; or "codes": all of them') },
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
