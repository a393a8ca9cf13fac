// What a station in production runs: only recipes whose signature it trusts, byte for byte.
import { readFileSync } from 'node:fs';
import { getErrorMessage, StationError } from '../../base/station-error.ts';
import { assertPermission } from '../../domain/people/permissions.ts';
import type { Person } from '../../domain/people/person.ts';
import type { RecipeTrust } from '../../domain/run/run.ts';
import type { Recipe } from '../../recipe/recipe.ts';
import {
  assertSignatureTrusted,
  checkFileSignature,
  type Keyring,
  parseKeyring,
  type SignatureStatus,
} from '../../record/people/file-signature.ts';
import type { StationPlan } from '../../station/file/station-plan.ts';

export interface IntendedUse {
  readonly recipe: Recipe;
  /** Who is logged in when it begins; null for nobody. */
  readonly operator: Person | null;
  readonly nowMs: number;
}

/**
 * On whose word the recipe runs. Passes in development. In production a recipe for engineers also asks for a person who may: `record/not-allowed`. Throws StationError (kind `input`): `recipe/unsigned`, `recipe/changed`, `recipe/forged`,
 * `recipe/unknown-key`, `recipe/expired`, `recipe/revoked`, `recipe/wrong-role`, `recipe/malformed`, `record/keyring`.
 */
export function assertRecipeAllowed(
  { mode, keyringFile }: StationPlan,
  { recipe, operator, nowMs }: IntendedUse,
): RecipeTrust {
  if (mode !== 'production') return { mode, signer: null };
  if (recipe.purpose === 'engineering') assertPermission(operator ?? NOBODY, 'run-engineering-recipe');
  const signatureText = recipe.signature?.text ?? null;
  const keyring = readStationKeyring(keyringFile);
  const status: SignatureStatus = checkFileSignature({ sha256: recipe.sha256, signatureText, keyring, nowMs });
  assertSignatureTrusted(`${recipe.name} revision ${recipe.revision}`, status);
  const { owner: name, role, key, signedAt, expiresAt } = status;
  return { mode, signer: { name, role, key, signedAt, expiresAt } };
}

const NOBODY: Person = { id: 'nobody', role: 'operator' };

function readStationKeyring(file: string | null): Keyring {
  if (file === null) return { keys: [] };
  try {
    return parseKeyring(readFileSync(file, 'utf8'));
  } catch (cause) {
    if (cause instanceof StationError) throw cause;
    throw new StationError({
      code: 'record/keyring',
      message: `The keyring ${file} cannot be read (${getErrorMessage(cause)})`,
      hint: 'Put the keyring where the station file says, or correct the station file.',
      cause,
    });
  }
}
