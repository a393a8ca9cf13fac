// Recipes written into a folder of the test, the images that they name, and the problems that loading tells of them.
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'vitest';
import { buildSyntheticRelease, type SyntheticRelease } from '../../../src/bench/photon/synthetic-images.ts';
import { createImageSource } from '../../../src/recipe/load/image-source.ts';
import { checkRecipe } from '../../../src/recipe/load/load-recipe.ts';
import { stepKinds } from '../../../src/recipe/steps/step-kinds.ts';
import type { Problem } from '../../../src/recipe/yaml/problems.ts';

export const folder = mkdtempSync(join(tmpdir(), 'flashline-recipe-'));

/** For `afterAll` of each file that writes recipes. */
export function removeRecipes(): void {
  rmSync(folder, { recursive: true, force: true });
}

export const release: SyntheticRelease = buildSyntheticRelease('2.3.1');
const p1 = buildSyntheticRelease('2.3.1', 8);
const madeImages: Readonly<Record<string, Uint8Array>> = {
  'photon-bootloader@2.3.1': release.bootloader.bytes,
  'photon-system-part1@2.3.1': release.systemPart1.bytes,
  'photon-system-part2@2.3.1': release.systemPart2.bytes,
  'photon-tinker@2.3.1': release.userPart.bytes,
  'p1-system-part1@2.3.1': p1.systemPart1.bytes,
  'photon-bootloader@0.5.2': buildSyntheticRelease('0.5.2').bootloader.bytes,
};
export const virtual = { stepKinds, images: createImageSource([folder], (name) => madeImages[name]) };
export const real = { stepKinds, images: createImageSource([folder]) };
export const demoText = readFileSync('recipes/photon-demo.yaml', 'utf8');

export function writeRecipe(text: string, name = 'recipe.yaml'): string {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, name), text);
  return join(folder, name);
}

/** Problems as what the caret underlines, the message and the hint. */
export const describeProblems = (problems: readonly Problem[]): readonly (readonly [string, string, string | null])[] =>
  problems.map(({ sourceLine, caret, message, hint }) => [
    sourceLine.slice(caret.indexOf('^'), caret.length),
    message,
    hint,
  ]);

/** The demo recipe with one change; the change must be one. */
export function changeDemo(from: string, to: string): string {
  expect(demoText).toContain(from);
  return demoText.replace(from, () => to);
}

export const listProblems = (text: string, options = virtual) =>
  describeProblems(checkRecipe(writeRecipe(text), options).problems);
