import { describe, expect, it } from 'vitest';
import { messagesByLanguage } from '../../src/screen/messages/languages.ts';
import { type } from './typed.ts';

describe('the language of the board', () => {
  it('is one of the catalogues, and any other is refused with those that there are', async () => {
    const { code, err } = await type('demo', '--language', 'xx');
    expect(code).toBe(2);
    expect(err).toContain(`Allowed choices are ${Object.keys(messagesByLanguage).join(', ')}.`);
  });
});

describe('the first fixture that is taught', () => {
  it('has a number', async () => {
    expect(await type('teach', '--from', 'one')).toMatchObject({ code: 2, err: expect.stringContaining('--from is') });
  });
});
