// Completion scripts for bash, zsh and fish: static text, so that pressing Tab starts no program.
import type { Command } from 'commander';

/** One verb or group: how it is reached, and what may follow. */
export interface VerbNode {
  /** Words from the top: `batch open`; empty for the program itself. */
  readonly path: string;
  readonly words: readonly { readonly word: string; readonly told: string }[];
}

/** Every verb and group of the program, the program first. */
export function buildVerbTree(program: Command): readonly VerbNode[] {
  return collectVerbNodes(program, '');
}

export function buildCompletionScript(shell: 'bash' | 'zsh' | 'fish', nodes: readonly VerbNode[]): string {
  return { bash: buildBashScript, zsh: buildZshScript, fish: buildFishScript }[shell](nodes);
}

function collectVerbNodes(command: Command, path: string): readonly VerbNode[] {
  const verbs = command.commands.map((verb) => ({ word: verb.name(), told: verb.description() }));
  const options = command.options.map(({ long, short, description }) => ({
    word: long ?? short ?? '',
    told: description,
  }));
  return [
    { path, words: [...verbs, ...options, { word: '--help', told: 'explain it' }] },
    ...command.commands.flatMap((verb) => collectVerbNodes(verb, path === '' ? verb.name() : `${path} ${verb.name()}`)),
  ];
}

/** The shell walks from word to word as long as it stays in the tree. */
function buildBashScript(nodes: readonly VerbNode[]): string {
  return `# flashline completion for bash
_flashline() {
  local current=\${COMP_WORDS[COMP_CWORD]} path="" words="" i
  for ((i = 1; i < COMP_CWORD; i++)); do
    case "$path \${COMP_WORDS[i]}" in
      ${formatVerbPatterns(nodes)}) path="\${path:+$path }\${COMP_WORDS[i]}" ;;
    esac
  done
  case "$path" in
${formatCaseBranches(nodes)}
  esac
  mapfile -t COMPREPLY < <(compgen -W "$words" -- "$current")
  [ \${#COMPREPLY[@]} -gt 0 ] || mapfile -t COMPREPLY < <(compgen -f -- "$current")
}
complete -F _flashline flashline
`;
}

function buildZshScript(nodes: readonly VerbNode[]): string {
  return `#compdef flashline
_flashline() {
  local trail="" reply="" i
  for ((i = 2; i < CURRENT; i++)); do
    case "$trail \${words[i]}" in
      ${formatVerbPatterns(nodes)}) trail="\${trail:+$trail }\${words[i]}" ;;
    esac
  done
  case "$trail" in
${formatCaseBranches(nodes, 'reply')}
  esac
  compadd -- \${=reply} || _files
}
_flashline "$@"
`;
}

function formatVerbPatterns(nodes: readonly VerbNode[]): string {
  return nodes
    .filter(({ path }) => path !== '')
    .map(({ path }) => (path.includes(' ') ? `'${path}'` : `' ${path}'`))
    .join('|');
}

function formatCaseBranches(nodes: readonly VerbNode[], name = 'words'): string {
  return nodes
    .map(({ path, words }) => `    '${path}') ${name}='${words.map(({ word }) => word).join(' ')}' ;;`)
    .join('\n');
}

function buildFishScript(nodes: readonly VerbNode[]): string {
  const lines = nodes.flatMap(({ path, words }) =>
    words.map(({ word, told }) => {
      const what = word.startsWith('--') ? `-l ${word.slice(2)}` : `-a ${word}`;
      return `complete -c flashline -n 'test (__flashline_path) = "${path}"' ${what} -d '${told.replaceAll(/['\\]/g, '’')}'`;
    }),
  );
  return `# flashline completion for fish
function __flashline_path
  set -l path ""
  for word in (commandline -opc)[2..-1]
    switch "$path $word"
      case ${formatVerbPatterns(nodes).replaceAll('|', ' ')}
        set path (string trim "$path $word")
    end
  end
  echo "$path"
end
${lines.join('\n')}
`;
}
