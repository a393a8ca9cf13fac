// The whole reference, and the search in it.
import { findNearestWord } from '../../recipe/yaml/nearest-word.ts';
import { listCodes } from './list-codes.ts';
import { listLanguage } from './list-language.ts';
import { listRules } from './list-rules.ts';
import type { ReferenceEntry } from './reference-entry.ts';

/** Every word that is explained, page by page. */
export function buildReference(): readonly ReferenceEntry[] {
  return [...listLanguage(), ...listRules(), ...listCodes()];
}

/**
 * The entries that somebody means by these words: the word itself in whatever case, else every key that ends with them,
 * else every entry whose word holds them all. Empty when there is none.
 */
export function findEntries(reference: readonly ReferenceEntry[], words: readonly string[]): readonly ReferenceEntry[] {
  const asked = words.join(' ').toLowerCase();
  const named = reference.filter(({ word }) => word.toLowerCase() === asked);
  if (named.length > 0) return named.flatMap((entry) => [entry, ...listKeysInside(reference, entry)]);
  const ending = reference.filter(({ word }) => splitWord(word).at(-1) === asked);
  if (ending.length > 0) return ending;
  return reference.filter(({ word, kind }) => {
    const text = `${kind} ${splitWord(word).join(' ')}`.toLowerCase();
    return words.every((part) => text.includes(part.toLowerCase()));
  });
}

/** The word that somebody may have meant; undefined when none is near. */
export function suggestEntry(reference: readonly ReferenceEntry[], words: readonly string[]): string | undefined {
  return findNearestWord(
    words.join(' '),
    reference.flatMap(({ word }) => [word, splitWord(word).at(-1)!]),
  );
}

function listKeysInside(
  reference: readonly ReferenceEntry[],
  { word, kind }: ReferenceEntry,
): readonly ReferenceEntry[] {
  return reference.filter((entry) => entry.kind === kind && entry.word.startsWith(`${word} › `));
}

function splitWord(word: string): readonly string[] {
  return word.split(' › ').map((part) => part.toLowerCase());
}
