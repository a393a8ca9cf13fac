import { describe, expect, it } from 'vitest';
import { formatEventLine } from '../../src/cli/output/event-lines.ts';
import { stamped } from '../screen/sample-board.ts';

describe('a line of the log', () => {
  it.each([
    [3, 'STATION FAULT at fixture 3 power/no-hub: there is no hub at 1-4 Do: plug it in'],
    [null, 'STATION FAULT power/no-hub: there is no hub at 1-4 Do: plug it in'],
  ])('tells trouble with the fixture that has it (%s)', (fixture, text) => {
    const message = { code: 'power/no-hub', message: 'there is no hub at 1-4', hint: 'plug it in' };
    const [event] = stamped([{ type: 'station-fault-raised', faultId: 'f1', fixture, ...message }]);
    expect(formatEventLine(event!)?.slice('06:00:00  '.length)).toBe(text);
  });
});
