import { describe, expect, it } from 'vitest';
import type { Instruction } from '../../src/domain/run/verdict.ts';
import { formatFailingInstruction } from '../../src/screen/messages/instruction-text.ts';
import { messagesByLanguage } from '../../src/screen/messages/languages.ts';
import type { FailingUnit } from '../../src/screen/state/board-state.ts';

const instructions: readonly Instruction[] = [
  { do: 'put-in-bin', bin: 'hold' },
  { do: 'move-to-fixture', fixture: 7 },
  { do: 'retest-anywhere' },
  { do: 'reseat' },
  { do: 'call-technician' },
];

function told(instruction: Instruction, lifted: boolean, texts: (typeof messagesByLanguage)['en' | 'zh']): string {
  const unit: FailingUnit = {
    ...{ runId: 'r', key: 'k', unit: 'P000000034', disposition: 'retest', reason: '' },
    ...{ instruction, fixture: 6, lifted, isTargetFree: true, calledFrom: null },
  };
  return formatFailingInstruction(unit, texts);
}

describe('the instruction for a unit that waits to be put away', () => {
  it('names its fixture first while it is there', () => {
    expect(instructions.map((instruction) => told(instruction, false, messagesByLanguage.en))).toEqual([
      'Lift unit from 6. Put it in the BLACK bin.',
      'Lift unit from 6. Put it into fixture 7.',
      'Lift unit from 6. Put it into another free fixture.',
      'Lift unit from 6. Seat it again in 6.',
      'Leave the unit in 6. Call a technician.',
    ]);
  });

  it('touches that fixture no more once it was lifted, since the next unit may run there', () => {
    expect(instructions.map((instruction) => told(instruction, true, messagesByLanguage.en))).toEqual([
      'Put it in the BLACK bin.',
      'Put it into fixture 7.',
      'Put it into another free fixture.',
      'Seat it again in 6.',
      'Call a technician.',
    ]);
  });

  it.each(Object.entries(messagesByLanguage))('is in %s what is left of the whole one', (_, texts) => {
    for (const instruction of instructions) {
      const rest = told(instruction, true, texts);
      const first = instruction.do === 'call-technician' ? texts.leave(6) : texts.lift(6);
      expect(told(instruction, false, texts)).toBe(first + rest);
    }
  });
});
