// The unit's own list of modules: as 2.3.1 and 0.4.9 print it, with faults, and as nonsense.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeModuleList, findInvalidModules, formatModuleName } from '../../../src/device/serial/module-list.ts';
import { goodModuleList } from './fake-connection.ts';

const decode = (text: string) => decodeModuleList(text)!;

describe('a module list', () => {
  it('of a good unit names its modules, all valid', () => {
    const list = decode(goodModuleList);
    expect(list.platformId).toBe(6);
    expect(list.modules.map((module) => `${formatModuleName(module)} v${module.version}`)).toEqual([
      'bootloader v1006',
      'system-part 1 v2302',
      'system-part 2 v2302',
      'user-part 1 v6',
    ]);
    expect(findInvalidModules(list)).toEqual([]);
  });

  it('says which of its own checks a module fails', () => {
    const list = decode(goodModuleList.replace('"vv":30,"f":"s","n":"2"', '"vv":26,"f":"s","n":"2"'));
    expect(findInvalidModules(list)).toMatchObject([
      { module: { function: 'system-part', index: '2' }, failed: ['dependencies'] },
    ]);
  });

  it.each([
    [28, ['integrity']],
    [0, ['integrity', 'dependencies', 'address range', 'platform']],
    [31, ['check 1']],
  ])('reads checks passed %d of 30', (valid, failed) => {
    const list = decode(`{"p":6,"m":[{"l":"m","vc":30,"vv":${valid},"f":"s","n":"1","v":17}]}`);
    expect(findInvalidModules(list)[0]?.failed).toEqual(failed);
  });

  it('leaves out the empty slots that 0.4.9 prints', () => {
    const list = decode(
      '{"p":6,"m":[{"s":131072,"l":"f","vc":30,"vv":0,"d":[]},{"l":"m","vc":30,"vv":30,"f":"s","n":"1","v":11}]}',
    );
    expect(list.modules.map(formatModuleName)).toEqual(['system-part 1']);
  });

  it.each([
    '',
    'no list',
    '{"p":6}',
    '{"p":6,"m":[3]}',
    '{"p":6,"m":[{"f":"s"}]}',
    '{"p":"6","m":[]}',
    '[]',
    `{"p":6,"m":[${'{},'.repeat(70)}{}]}`,
  ])('is none in %j', (text) => {
    expect(decodeModuleList(text)).toBeUndefined();
  });

  it('is none in what was cut anywhere', () => {
    const whole = goodModuleList.trim();
    fc.assert(
      fc.property(fc.nat(whole.length - 1), (length) => {
        expect(decodeModuleList(whole.slice(0, length))).toBeUndefined();
      }),
    );
  });
});
