// The pages of docs/reference: made from the program, and what `flashline explain` prints of them.
import { existsSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { stationErrors } from '../../src/base/station-error-codes.ts';
import { buildReference } from '../../src/cli/reference/build-reference.ts';
import { renderReferencePages } from '../../src/cli/reference/format-reference.ts';
import { failureCodes } from '../../src/domain/run/failure.ts';
import { stepKinds } from '../../src/recipe/steps/step-kinds.ts';
import { decisionTable } from '../../src/verdict/rules/decision-table.ts';
import { type } from '../cli/typed.ts';

const reference = buildReference();

describe('the reference', () => {
  it.each(renderReferencePages(reference).map(({ file, text }) => [file, text]))(
    'has %s as the program says it now (npm run docs writes it anew)',
    async (file, text) => {
      const page = `docs/reference/${file}`;
      expect(existsSync(page)).toBe(true);
      await expect(text).toMatchFileSnapshot(`../../${page}`);
    },
  );

  it('has the help of every verb as the program prints it now (npm run docs writes it anew)', async () => {
    const { out } = await type('manual', '--format', 'markdown');
    expect(existsSync('docs/reference/commands.md')).toBe(true);
    await expect(out).toMatchFileSnapshot('../../docs/reference/commands.md');
  });

  it('says of every word what it means', () => {
    expect(reference.filter(({ means }) => means === '').map(({ word }) => word)).toEqual([]);
  });

  it('leaves out no rule, code, step or error', () => {
    const words = new Set(reference.map(({ word }) => word));
    const all = [
      ...decisionTable.map(({ id }) => id),
      ...Object.keys(failureCodes),
      ...Object.keys(stationErrors),
      ...stepKinds.map(({ kind }) => kind),
    ];
    expect(all.filter((word) => !words.has(word))).toEqual([]);
  });
});

describe('flashline explain', () => {
  it.each([
    [['D8b'], 'D8b (rule)'],
    [['d8B'], 'D8b (rule)'],
    [['S3'], 'S3 (stop rule)'],
    [['dfu/erase-stalled'], 'Symptom G7'],
    [['record/in-use'], 'Do next:'],
    [['dfu-flash'], 'dfu-flash › images (step)'],
    [['rest', 'of', 'sector'], 'images › NAME › rest of sector (recipe key)'],
    [['policy', 'signatures'], 'policy › signatures (station key)'],
    [['exit', 'code', '3'], 'exit code 3'],
  ])('explains %j', async (words, text) => {
    const { code, out } = await type('explain', ...words);
    expect({ code, out }).toEqual({ code: 0, out: expect.stringContaining(text) });
  });

  it('asks whether another word was meant', async () => {
    expect(await type('explain', 'D8bb')).toMatchObject({ code: 2, err: expect.stringContaining('did you mean D8b?') });
  });

  it('gives an object per entry with --json', async () => {
    const { out } = await type('explain', 'D8b', '--json');
    expect(JSON.parse(out)).toMatchObject({ word: 'D8b', kind: 'rule' });
  });
});
