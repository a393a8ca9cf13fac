// Does what a command card says, in the name of whoever is logged in; what cannot be done is told like a scan not taken.
import { StationError } from '../../base/station-error.ts';
import type { Person } from '../../domain/people/person.ts';
import type { Bin } from '../../domain/run/verdict.ts';
import type { Station } from '../interface/contracts.ts';
import type { BinQueue, BinQueueEntry } from './bin-queue.ts';
import type { CardCommand } from './command-card.ts';
import type { Prompts } from './prompts.ts';

/** What cards reach of a station. */
export interface CardCommandHandlers {
  readonly station: Pick<
    Station,
    | 'finish'
    | 'stopFixture'
    | 'startUndetectedUnit'
    | 'confirmPutAway'
    | 'signScrap'
    | 'changeOperator'
    | 'chooseFixture'
    | 'takeLabelBack'
  >;
  readonly prompts: Pick<Prompts, 'answerOldest'>;
  readonly toPutAway: BinQueue;
  readonly operator: Person | null;
  readonly personNamed: (name: string) => Person;
  readonly isInFixture: (unit: BinQueueEntry) => boolean;
}

/** Throws StationError with what is in the way. */
export async function executeCardCommand(card: CardCommand, desk: CardCommandHandlers): Promise<void> {
  const { station } = desk;
  switch (card.do) {
    case 'finish':
      return void station.finish();
    case 'stop':
      return station.stopFixture(card.fixture, 'Stopped by card');
    case 'start':
      return station.startUndetectedUnit(card.fixture);
    case 'choose':
      return station.chooseFixture(card.fixture);
    case 'take-back':
      return station.takeLabelBack(card.fixture);
    case 'answer':
      if (desk.prompts.answerOldest(card.answer, desk.operator?.id ?? null)) return;
      throw createUnusedCardError('no open question has this answer');
    case 'confirm':
      return station.confirmPutAway(findWaitingUnit(card.fixture, desk).runId);
    case 'sign':
      return station.signScrap(findWaitingUnit(card.fixture, desk).runId, `Signed by card for fixture ${card.fixture}`);
    case 'put-in-bin':
      return station.confirmPutAway(findOnlyUnitForBin(card.bin, desk).runId);
    case 'login':
      return station.changeOperator(card.name === '' ? null : desk.personNamed(card.name));
  }
}

function findWaitingUnit(fixture: number, { toPutAway }: CardCommandHandlers): BinQueueEntry {
  const unit = toPutAway.findLastAtFixture(fixture);
  if (unit) return unit;
  throw createUnusedCardError(`no unit of fixture ${fixture} waits to be put away`);
}

function findOnlyUnitForBin(bin: Bin, { toPutAway, isInFixture }: CardCommandHandlers): BinQueueEntry {
  const unit = toPutAway.findOnlyForBin(bin, isInFixture);
  if (unit) return unit;
  throw createUnusedCardError('no single unit waits for this bin: confirm its fixture');
}

function createUnusedCardError(message: string): StationError {
  return new StationError({ code: 'station/card-without-use', message, hint: 'scan another card' });
}
