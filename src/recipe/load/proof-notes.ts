// Whether a recipe proves what it flashed: a read-back does, and where a device gives none, only what is asked of it afterwards.
import type { Recipe, RecipeStep } from '../recipe.ts';
import type { ImageNote } from './image-notes.ts';

/** Kinds of step whose outcome depends on the firmware that runs; `wait-for-device` does so with a version. */
const ASKING_KINDS: ReadonlySet<string> = new Set(['serial-verify', 'exec', 'operator-prompt']);

/**
 * As `flashline check` tells it: images that go to a plain DFU device, which may leave before it can be read back, or to
 * one that is known to give nothing back, with no step behind that asks the unit anything.
 */
export function listProofNotes({ unit, images, main, teardown }: Recipe): readonly ImageNote[] {
  if (unit.dfuProtocol !== 'dfu' && unit.canReadBack) return [];
  const steps = [...main, ...teardown];
  const lastFlash = steps.findLastIndex(({ kind }) => kind === 'dfu-flash');
  if (lastFlash < 0 || steps.slice(lastFlash + 1).some(isAsking)) return [];
  const why = unit.canReadBack ? 'a plain DFU device may not be read back' : 'the unit cannot be read back';
  const message = `nothing proves it: ${why}, and no step asks the unit afterwards; add wait-for-device with a version, serial-verify, exec, or an operator-prompt`;
  return images.map(({ name }) => ({ image: name, message, range: null }));
}

function isAsking({ kind, parameters }: RecipeStep): boolean {
  if (ASKING_KINDS.has(kind)) return true;
  return kind === 'wait-for-device' && (parameters as { readonly version: string | null }).version !== null;
}
