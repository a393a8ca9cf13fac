// The parameters of every kind of step, as recipes write them.
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { findStepKind, stepKinds } from '../../../src/recipe/steps/step-kinds.ts';

describe('step kinds', () => {
  it('have names of their own', () => {
    expect(new Set(stepKinds.map(({ kind }) => kind)).size).toBe(stepKinds.length);
  });

  it.each(stepKinds)('$kind describes every parameter in the JSON schema', ({ schema, shorthand }) => {
    const { properties = {} } = z.toJSONSchema(schema, { io: 'input' });
    const silent = Object.entries(properties).filter(
      ([, property]) => !(property as { description?: string }).description,
    );
    expect(silent.map(([key]) => key)).toEqual([]);
    if (shorthand) expect(Object.keys(properties)).toContain(shorthand);
  });

  it('read the sketch of a recipe', () => {
    const bootloader = findStepKind('bootloader-check')!;
    const parameters = bootloader.schema.parse({ 'at least': '1006', 'when stale': 'update from bootloader' });
    expect(parameters).toEqual({ atLeast: 1006, updateFrom: 'bootloader', whenForeign: 'rework' });
    expect(bootloader.imagesUsed?.(parameters)).toEqual(['bootloader']);
  });

  it('refuse a passing answer that is not among the choices', () => {
    const { error } = findStepKind('operator-prompt')!.schema.safeParse({
      text: 'LED green?',
      choices: ['Yes', 'No'],
      pass: ['Ja'],
    });
    expect(error?.issues[0]?.message).toBe('not among the choices: Ja');
  });

  it.each([
    [{ image: 'bootloader' }, true],
    [{ address: 0x0800_4000, 'size bytes': 16 }, true],
    [{}, false],
    [{ address: 0x0800_4000 }, false],
    [{ 'size bytes': 16 }, false],
    [{ image: 'bootloader', address: 0x0800_4000 }, false],
    [{ image: 'bootloader', 'size bytes': 16 }, false],
    [{ image: 'bootloader', address: 0x0800_4000, 'size bytes': 16 }, false],
  ])('let a dump read an image or a region: %o is one of them: %s', (parameters, isRight) => {
    expect(findStepKind('swd-dump')!.schema.safeParse(parameters).success).toBe(isRight);
  });
});
