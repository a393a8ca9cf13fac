// Delay: as long as it says, on the bench's clock, and no longer than the run.
import { describe, expect, it } from 'vitest';
import { checkRecipeText } from '../../../src/recipe/load/load-recipe.ts';
import { stepKinds } from '../../../src/recipe/steps/step-kinds.ts';
import { benchFixture, outcomeOf } from './bench-fixture.ts';

describe('delay', () => {
  it('takes as long as it says', async () => {
    const fixture = benchFixture();
    const { clock } = fixture.station;
    const beganMs = clock.readMonotonicMs();
    expect(outcomeOf(await fixture.step('delay', { for: '1500 ms' }))).toBe('passed');
    expect(clock.readMonotonicMs() - beganMs).toBe(1500);
  });

  it('ends when the run ends', async () => {
    const fixture = benchFixture();
    fixture.station.clock.setTimeout(() => fixture.station.runEnd.abort(), 200);
    expect((await fixture.step('delay', '5 min')).result).toBe('aborted');
    expect(fixture.station.clock.readMonotonicMs()).toBeLessThan(1000);
  });

  it.each([
    ['0 s', 'longer than nothing'],
    ['11 min', 'at most 10 min'],
    ['5', 'write the unit with the number'],
  ])('is refused when it is %s', (written, words) => {
    const text = `flashline: 1
product: Board
part: B
recipe: board
revision: A
unit: { dfu: { usb: 0483:df11 } }
steps:
  - delay: ${written}
`;
    const { problems } = checkRecipeText('board.yaml', text, { stepKinds, images: 'not-read' });
    expect(problems.map(({ message, hint }) => `${message} ${hint ?? ''}`).join('\n')).toContain(words);
  });
});
