// Golden files: compared on every run, written anew with UPDATE_GOLDEN=1.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { expect } from 'vitest';

/** Holds the text to the file at `path` (from the repository's root), or writes it when UPDATE_GOLDEN is 1. */
export function expectGolden(path: string, text: string): void {
  if (process.env['UPDATE_GOLDEN'] === '1') {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  }
  const golden = readFileSync(path, 'utf8');
  if (golden !== text) expect.soft(text, `${path} has changed; look at it, then run with UPDATE_GOLDEN=1`).toBe(golden);
}
