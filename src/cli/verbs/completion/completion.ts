// `flashline completion`: what a shell needs to complete verbs and options, written from the tree of verbs itself.
import { Argument } from 'commander';
import type { AddVerb } from '../program.ts';

export const addCompletion: AddVerb = (program, cli) => {
  program
    .command('completion')
    .description('print the completion of verbs and options for a shell')
    .addArgument(new Argument('<shell>', 'the shell').choices(['bash', 'zsh', 'fish']))
    .addHelpText('after', HELP)
    .action(async (shell: 'bash' | 'zsh' | 'fish') => {
      const { buildCompletionScript, buildVerbTree } = await import('./completion-script.ts');
      cli.terminal.writeOut(buildCompletionScript(shell, buildVerbTree(program)));
    });
};

const HELP = `
Examples:
  flashline completion bash > /etc/bash_completion.d/flashline
  flashline completion zsh  > ~/.zfunc/_flashline
  flashline completion fish > ~/.config/fish/completions/flashline.fish
`;
