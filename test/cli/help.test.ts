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

  it('explains a code that was printed: what it means, what to do next, and who has to act', async () => {
    const { code, out } = await type('help', 'record/signing-key');
    expect(code).toBe(0);
    expect(out).toContain('The key to sign with is not an Ed25519 private key in PEM form.');
    expect(out).toContain('exit code 2');
    expect((await type('help', 'dfu/erase-stalled')).out).toContain('refused to erase');
    expect((await type('help', 'recrd/signing-key')).err).toContain('did you mean record/signing-key?');
    expect((await type('help', 'codes')).out).toContain('record/signing-key: The key to sign with is not');
    expect((await type('help', 'D8b')).out).toContain('D8b (rule)');
  });

  it('says which verb is meant when there is none of that name', async () => {
    expect(await type('help', 'chekc')).toMatchObject({ code: 2, err: expect.stringContaining('did you mean check?') });
    expect(await type('help', 'batch', 'opne')).toMatchObject({
      code: 2,
      err: expect.stringContaining('batch has no verb opne'),
    });
  });
});
