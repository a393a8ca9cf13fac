// The one instruction after a run as a sentence, verb first, in the words of a catalogue.
import type { Instruction } from '../../domain/run/verdict.ts';
import type { FailingUnit } from '../state/board-state.ts';
import type { Messages } from './en.ts';

/** What to do with the unit in that fixture. */
export function formatInstruction(
  instruction: Instruction,
  fixture: number,
  texts: Messages,
  isTargetFree = true,
): string {
  const first = instruction.do === 'call-technician' ? texts.leave(fixture) : texts.lift(fixture);
  return first + formatNextAction(instruction, fixture, texts, isTargetFree);
}

/** What is left to do with a unit of the list: one that was lifted is in a hand, and the next may be in its fixture. */
export function formatFailingInstruction(
  { instruction, fixture, lifted, isTargetFree, calledFrom }: FailingUnit,
  texts: Messages,
): string {
  if (calledFrom) {
    return texts.takeFromBin(texts.bins[calledFrom]) + formatNextAction(instruction, fixture, texts, isTargetFree);
  }
  return lifted
    ? formatNextAction(instruction, fixture, texts, isTargetFree)
    : formatInstruction(instruction, fixture, texts, isTargetFree);
}

/** Where a unit of the list is now. */
export function formatUnitPlace({ fixture, lifted, calledFrom }: FailingUnit, texts: Messages): string {
  if (calledFrom) return texts.inBin(texts.bins[calledFrom]);
  return lifted ? texts.inHand(fixture) : texts.inFixture(fixture);
}

function formatNextAction(instruction: Instruction, fixture: number, texts: Messages, isTargetFree: boolean): string {
  switch (instruction.do) {
    case 'put-in-bin':
      return texts.putInBin(texts.bins[instruction.bin]);
    case 'move-to-fixture':
      return isTargetFree ? texts.moveToFixture(instruction.fixture) : texts.moveWhenFree(instruction.fixture);
    case 'retest-anywhere':
      return texts.retestAnywhere;
    case 'reseat':
      return texts.reseat(fixture);
    case 'call-technician':
      return texts.callTechnician;
  }
}
