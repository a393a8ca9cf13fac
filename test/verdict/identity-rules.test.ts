import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { UnitIdentity } from '../../src/domain/unit/unit.ts';
import { haveSharedIdentity } from '../../src/domain/unit/unit-matching.ts';
import { findIdentityConflict, type IdentityCheckInput } from '../../src/verdict/identity-conflict.ts';

const ask = (more: Partial<IdentityCheckInput>) =>
  findIdentityConflict({ unit: { label: 'P1', deviceId: 'aa' }, fixture: 1, known: [], present: [], ...more })?.code ??
  null;

const identity = fc.option(fc.constantFrom('a', 'b'), { nil: undefined });
const anyUnit = fc.record({ label: identity, deviceId: identity, keyHash: identity }) as fc.Arbitrary<UnitIdentity>;

describe('identity', () => {
  it('is in conflict only between units that share one', () => {
    fc.assert(
      fc.property(anyUnit, anyUnit, (unit, other) => {
        const question = { unit, fixture: 1, known: [other], present: [{ fixture: 2, unit: other }] };
        if (findIdentityConflict(question)) expect(haveSharedIdentity(unit, other)).toBe(true);
      }),
    );
  });

  it('finds nothing wrong with a new unit, nor with one that comes back', () => {
    expect(ask({})).toBeNull();
    expect(ask({ known: [{ label: 'P1', deviceId: 'aa' }, { label: 'P1' }] })).toBeNull();
  });

  it.each<[string, Partial<IdentityCheckInput>]>([
    ['identity/label-reused', { known: [{ label: 'P1', deviceId: 'bb' }] }],
    ['identity/label-reused', { unit: { label: 'P1', keyHash: 'k1' }, known: [{ label: 'P1', keyHash: 'k2' }] }],
    ['identity/label-reused', { unit: { label: 'P1', macAddress: 'm1' }, known: [{ label: 'P1', macAddress: 'm2' }] }],
    ['identity/unit-relabelled', { known: [{ label: 'P2', deviceId: 'aa' }] }],
    ['identity/mismatch', { unit: { deviceId: 'aa', keyHash: 'k' }, known: [{ deviceId: 'bb', keyHash: 'k' }] }],
    ['identity/present-twice', { present: [{ fixture: 4, unit: { deviceId: 'aa' } }] }],
    ['identity/present-twice', { present: [{ fixture: 4, unit: { label: 'P1' } }] }],
  ])('holds by %s', (code, more) => {
    expect(ask(more)).toBe(code);
  });

  it('holds the other unit too', () => {
    const conflict = findIdentityConflict({
      unit: { label: 'P1', deviceId: 'aa' },
      fixture: 1,
      known: [{ label: 'P1', deviceId: 'bb' }],
      present: [],
    });
    expect(conflict?.holdToo).toEqual([{ label: 'P1', deviceId: 'bb' }]);
  });

  it('does not take keys that a repair replaced for another unit', () => {
    expect(
      ask({
        unit: { label: 'P1', deviceId: 'aa', keyHash: 'new' },
        known: [{ label: 'P1', deviceId: 'aa', keyHash: 'old' }],
      }),
    ).toBeNull();
  });

  it('does not hold a unit for sharing its fixture with itself', () => {
    expect(ask({ present: [{ fixture: 1, unit: { deviceId: 'aa' } }] })).toBeNull();
  });
});
