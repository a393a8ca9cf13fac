// Does what a command card says, in the name of whoever is logged in; what cannot be done is told like a scan not taken.
import { StationError } from '../../base/station-error.ts';
import type { Bin } from '../../domain/run/verdict.ts';
import type { Person } from '../../record/people/roles.ts';
import type { Station } from '../interface/contracts.ts';
import type { PutAway, UnitToPutAway } from './bin-queue.ts';
import type { CardCommand } from './command-card.ts';
import type { Prompts } from './prompts.ts';

/** What cards reach of a station. */
export interface CardDesk {
  readonly station: Pick<Station, 'finish' | 'stopFixture' | 'startUnseen' | 'confirmPutAway' | 'signScrap' | 'login'>;
  readonly prompts: Pick<Prompts, 'answerOldest'>;
  readonly toPutAway: PutAway;
  readonly operator: Person | null;
  readonly personNamed: (name: string) => Person;
  readonly isInFixture: (unit: UnitToPutAway) => boolean;
}

/** Throws StationError with what is in the way. */
export async function obeyCard(card: CardCommand, desk: CardDesk): Promise<void> {
  const { station } = desk;
  switch (card.do) {
    case 'finish':
      return void station.finish();
    case 'stop':
      return station.stopFixture(card.fixture, 'Stopped by card');
    case 'start':
      return station.startUnseen(card.fixture);
    case 'answer':
      if (desk.prompts.answerOldest(card.answer, desk.operator?.id ?? null)) return;
      throw nothingFor('no open question has this answer');
    case 'confirm':
      return station.confirmPutAway(waitingAt(card.fixture, desk).runId);
    case 'sign':
      return station.signScrap(waitingAt(card.fixture, desk).runId, `Signed by card for fixture ${card.fixture}`);
    case 'put-in-bin':
      return station.confirmPutAway(onlyUnitFor(card.bin, desk).runId);
    case 'login':
      return station.login(card.name === '' ? null : desk.personNamed(card.name));
  }
}

function waitingAt(fixture: number, { toPutAway }: CardDesk): UnitToPutAway {
  const unit = toPutAway.lastAt(fixture);
  if (unit) return unit;
  throw nothingFor(`no unit of fixture ${fixture} waits to be put away`);
}

function onlyUnitFor(bin: Bin, { toPutAway, isInFixture }: CardDesk): UnitToPutAway {
  const unit = toPutAway.onlyFor(bin, isInFixture);
  if (unit) return unit;
  throw nothingFor('no single unit waits for this bin: confirm its fixture');
}

function nothingFor(message: string): StationError {
  return new StationError({ code: 'station/card-without-use', kind: 'input', message, hint: 'scan another card' });
}
