import { describe, expect, it } from 'vitest';
import { type } from './typed.ts';

describe('flashline help', () => {
  it.each([
    [['check'], 'Usage: flashline check '],
    [['batch', 'open'], 'Usage: flashline batch open '],
    [['firmware', 'suffix', 'add'], 'Usage: flashline firmware suffix add '],
    [['firmware', 'show'], 'Usage: flashline firmware inspect'],
    [[], 'Usage: flashline [options] [command]'],
  ])('explains %j', async (words, usage) => {
    const { code, out } = await type('help', ...words);
    expect({ code, out: out.slice(0, usage.length) }).toEqual({ code: 0, out: usage });
  });

  it('says which verb is meant when there is none of that name', async () => {
    expect(await type('help', 'chekc')).toMatchObject({ code: 2, err: expect.stringContaining('did you mean check?') });
    expect(await type('help', 'batch', 'opne')).toMatchObject({
      code: 2,
      err: expect.stringContaining('batch has no verb opne'),
    });
  });
});
