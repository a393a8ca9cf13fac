import { readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { describe, expect, it } from 'vitest';

/** Modules that are loaded before any verb runs: what is imported by name at the top of a file, types left out. */
function loadedAtStart(): { readonly files: readonly string[]; readonly libraries: readonly string[] } {
  const files = new Set<string>();
  const libraries = new Set<string>();
  const open = ['src/cli/main.ts'];
  for (let path = open.pop(); path; path = open.pop()) {
    if (files.has(path)) continue;
    files.add(path);
    const statements = readFileSync(path, 'utf8').matchAll(/^(?:import|export) (?!type )[^;]*? from '([^']+)';$/gm);
    for (const [statement, name] of statements) {
      const names = /\{([^}]*)\}/.exec(statement)?.[1]?.split(',') ?? ['all'];
      if (names.every((one) => /^\s*(type .*)?$/.test(one))) continue;
      if (name!.startsWith('.')) open.push(normalize(join(dirname(path), name!)));
      else if (!name!.startsWith('node:')) libraries.add(name!);
    }
  }
  return { files: [...files].sort(), libraries: [...libraries] };
}

/** Rooms that may be loaded for `--help`: no library, no schema, no database stands behind them. */
const LIGHT = /^src\/(cli|base|domain)\//;
const LIGHT_FILES = ['src/verdict/policy/policy.ts', 'src/recipe/yaml/nearest-word.ts', 'src/record/people/roles.ts'];

describe('the start of the program', () => {
  it('loads the reader of the command line and no heavy room, so that help is there at once', () => {
    const { files, libraries } = loadedAtStart();
    expect(libraries).toEqual(['commander']);
    expect(files.filter((path) => !LIGHT.test(path) && !LIGHT_FILES.includes(path))).toEqual([]);
    expect(files.length).toBeGreaterThan(30);
  });
});
