import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseCommandCard } from '../../src/station/operators/command-card.ts';

describe('a command card', () => {
  it.each([
    ['FLASHLINE/line-3/CONFIRM/4', { do: 'confirm', fixture: 4 }],
    ['FLASHLINE/line-3/START/4', { do: 'start', fixture: 4 }],
    ['FLASHLINE/line-3/STOP/12', { do: 'stop', fixture: 12 }],
    ['FLASHLINE/line-3/ANSWER/Pass', { do: 'answer', answer: 'Pass' }],
    ['FLASHLINE/line-3/BIN/scrap', { do: 'put-in-bin', bin: 'scrap' }],
    ['FLASHLINE/line-3/OPERATOR/Kim', { do: 'login', name: 'Kim' }],
    ['FLASHLINE/line-3/OPERATOR/', { do: 'login', name: '' }],
    ['FLASHLINE/line-3/SIGN/4', { do: 'sign', fixture: 4 }],
    ['FLASHLINE/line-3/FINISH', { do: 'finish' }],
  ])('%s is read', (text, command) => {
    expect(parseCommandCard(text, 'line-3')).toEqual(command);
  });

  it.each([
    ['of another station', 'FLASHLINE/line-4/STOP/3'],
    ['with an argument that is no fixture', 'FLASHLINE/line-3/STOP/3;4'],
    ['that would release a fixture', 'FLASHLINE/line-3/RELEASE/3'],
    ['of a bin that there is not', 'FLASHLINE/line-3/BIN/purple'],
    ['that would sign as somebody', 'FLASHLINE/line-3/SIGN/4/Kim'],
    ['in lower case', 'flashline/line-3/stop/3'],
  ])('%s does nothing', (_, text) => {
    expect(parseCommandCard(text, 'line-3')).toBeUndefined();
  });

  it('is never seen in a text that does not begin with the station’s own words', () => {
    fc.assert(
      fc.property(
        fc.string(),
        (text) => parseCommandCard(text, 'line-3') === undefined || text.startsWith('FLASHLINE/line-3/'),
      ),
    );
  });
});
