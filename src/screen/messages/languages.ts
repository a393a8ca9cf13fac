// The languages of the operator's screen: a missing or misspelt string does not compile; a new language is one file and one line.
import { de } from './de.ts';
import { en, type Messages } from './en.ts';
import { es } from './es.ts';
import { zh } from './zh.ts';

export const messagesByLanguage = { en, de, es, zh } as const satisfies Record<string, Messages>;

export type Language = keyof typeof messagesByLanguage;

/** The language asked for by a name or a locale (`zh`, `zh_CN.UTF-8`); English when there is none. */
export function chooseMessages(locale: string | undefined): Messages {
  const language = (locale ?? 'en').slice(0, 2).toLowerCase();
  return Object.hasOwn(messagesByLanguage, language) ? messagesByLanguage[language as Language] : en;
}
