// The languages of the operator's screen: a missing or misspelt string does not compile; a new language is one file and one line.
import { type Catalogue, en } from './en.ts';
import { zh } from './zh.ts';

export const catalogues = { en, zh } as const satisfies Record<string, Catalogue>;

export type Language = keyof typeof catalogues;

/** The language asked for by a name or a locale (`zh`, `zh_CN.UTF-8`); English when there is none. */
export function catalogueFor(locale: string | undefined): Catalogue {
  const language = (locale ?? 'en').slice(0, 2).toLowerCase();
  return Object.hasOwn(catalogues, language) ? catalogues[language as Language] : en;
}
