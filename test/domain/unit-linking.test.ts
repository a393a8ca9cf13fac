// The same unit is one unit, however much of it was known in each run.
import { expect, it } from 'vitest';
import { createUnitLinker } from '../../src/domain/unit/unit-linking.ts';

it('a unit first known by its label alone is the same once its id is read', () => {
  const link = createUnitLinker();
  expect(link({ label: 'P1' })).toBe(link({ label: 'P1', deviceId: 'aa' }));
  expect(link({ deviceId: 'aa' })).toBe(link({ label: 'P1' }));
});

it('two ids under one label are two units', () => {
  const link = createUnitLinker();
  expect(link({ label: 'P1', deviceId: 'aa' })).not.toBe(link({ label: 'P1', deviceId: 'bb' }));
});

it('an old bootloader’s unit is known by its key', () => {
  const link = createUnitLinker();
  expect(link({ keyHash: 'k' })).toBe(link({ keyHash: 'k', label: 'P9' }));
});

it('a unit without any identity has no name', () => {
  expect(createUnitLinker()({})).toBeUndefined();
});
