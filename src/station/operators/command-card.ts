// Command cards: barcodes that a line without a keyboard scans to confirm, stop, or answer. A unit's label is never a command.
import { type Bin, bins } from '../../domain/run/verdict.ts';

export type CardCommand =
  | { readonly do: 'confirm'; readonly fixture: number }
  | { readonly do: 'stop'; readonly fixture: number }
  /** A unit is in the fixture, though nothing is seen of it. */
  | { readonly do: 'start'; readonly fixture: number }
  /** Whoever is logged in signs that the unit that was last in the fixture is scrapped. */
  | { readonly do: 'sign'; readonly fixture: number }
  /** The label scanned next, or just now, is for this fixture. */
  | { readonly do: 'choose'; readonly fixture: number }
  /** The label of the unit in the fixture was scanned for another one; null: the label that waits for the next unit. */
  | { readonly do: 'take-back'; readonly fixture: number | null }
  | { readonly do: 'answer'; readonly answer: string }
  | { readonly do: 'put-in-bin'; readonly bin: Bin }
  /** An empty name logs out. */
  | { readonly do: 'login'; readonly name: string }
  | { readonly do: 'finish' };

/**
 * Reads a card of this station: `FLASHLINE/<station>/CONFIRM/3`, `.../BIN/scrap` (hangs at the bin), `.../STOP/3`,
 * `.../START/3`, `.../FIXTURE/3` (hangs at the fixture), `.../TAKEBACK/3`, `.../TAKEBACK`, `.../ANSWER/Pass`,
 * `.../OPERATOR/Kim`, `.../SIGN/3`, `.../FINISH`. The station's name is on the card, so
 * that nothing printed elsewhere works here. Undefined for any other text. No card gives a role: who signs is who is
 * logged in, and a fixture is released only by a person who says the cause.
 */
export function parseCommandCard(text: string, station: string): CardCommand | undefined {
  const prefix = `FLASHLINE/${station}/`;
  if (!text.startsWith(prefix)) return undefined;
  const [verb, ...rest] = text.slice(prefix.length).split('/');
  const argument = rest.join('/');
  const fixture = /^\d{1,3}$/.test(argument) ? Number(argument) : undefined;
  if (verb === 'CONFIRM' && fixture !== undefined) return { do: 'confirm', fixture };
  if (verb === 'STOP' && fixture !== undefined) return { do: 'stop', fixture };
  if (verb === 'START' && fixture !== undefined) return { do: 'start', fixture };
  if (verb === 'SIGN' && fixture !== undefined) return { do: 'sign', fixture };
  if (verb === 'FIXTURE' && fixture !== undefined) return { do: 'choose', fixture };
  if (verb === 'TAKEBACK' && argument === '') return { do: 'take-back', fixture: null };
  if (verb === 'TAKEBACK' && fixture !== undefined) return { do: 'take-back', fixture };
  if (verb === 'ANSWER' && argument !== '') return { do: 'answer', answer: argument };
  if (verb === 'BIN') return isBin(argument) ? { do: 'put-in-bin', bin: argument } : undefined;
  if (verb === 'OPERATOR') return { do: 'login', name: argument };
  return verb === 'FINISH' && argument === '' ? { do: 'finish' } : undefined;
}

/** Whether the text is meant as a card, of whatever station: it is never a unit's label. */
export function isCommandCardText(text: string): boolean {
  return text.startsWith('FLASHLINE/');
}

function isBin(text: string): text is Bin {
  return (bins as readonly string[]).includes(text);
}
