// The one instruction after a run as a sentence, verb first, in the words of a catalogue.
import type { Instruction } from '../model/verdict.ts';
import type { Catalogue } from './catalogue/en.ts';

/** What to do with the unit in that fixture. */
export function instructionText(instruction: Instruction, fixture: number, texts: Catalogue): string {
  switch (instruction.do) {
    case 'put-in-bin':
      return texts.putInBin(texts.bins[instruction.bin], fixture);
    case 'move-to-fixture':
      return texts.moveToFixture(instruction.fixture, fixture);
    case 'retest-anywhere':
      return texts.retestAnywhere(fixture);
    case 'reseat':
      return texts.reseat(fixture);
    case 'call-technician':
      return texts.callTechnician(fixture);
  }
}
