// How the command line loads recipes: shipped step kinds, the firmware folder, and the bench's images where they may be used.
import { findSyntheticImage } from '../../bench/photon/find-synthetic-image.ts';
import { createImageSource } from '../../recipe/load/image-source.ts';
import type { LoadRecipeOptions } from '../../recipe/load/load-recipe.ts';
import { stepKinds } from '../../recipe/steps/step-kinds.ts';
import { FIRMWARE_FOLDER } from './file-locations.ts';

/** Surroundings for loading a recipe; synthetic images only for units of the virtual bench. */
export function buildLoadRecipeOptions(bench: 'real' | 'virtual', firmwareFolder = FIRMWARE_FOLDER): LoadRecipeOptions {
  return {
    stepKinds,
    images: createImageSource([firmwareFolder], bench === 'virtual' ? findSyntheticImage : undefined),
  };
}
