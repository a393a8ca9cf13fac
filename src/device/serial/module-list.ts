// A unit's own list of its modules: the JSON that a Photon prints for `s`.
import type { ModuleListEvidence, UnitModule } from '../../domain/run/evidence.ts';

/** More modules than any unit has. */
const MAX_MODULES = 64;
const MAX_TEXT = 16;

/** Module functions by the letter in the list (B1 of the module header). */
const FUNCTIONS: Readonly<Record<string, string>> = {
  n: 'none',
  r: 'resource',
  b: 'bootloader',
  m: 'monolithic',
  s: 'system-part',
  u: 'user-part',
  c: 'settings',
  a: 'radio-stack',
};

/** What a unit checks of a module, by the bit in `vc` and `vv`. */
const CHECKS: readonly (readonly [number, string])[] = [
  [2, 'integrity'],
  [4, 'dependencies'],
  [8, 'address range'],
  [16, 'platform'],
  [32, 'product'],
  [64, 'full dependencies'],
];

/**
 * The list in an answer to `s`: `{"p":6,"m":[{"s":..,"l":"m","vc":30,"vv":30,"f":"s","n":"1","v":2302,"d":[..]}, ..]}`.
 * Slots without a module (no `f`, as 0.4.9 prints them) are left out. Undefined when the text holds no such list.
 */
export function decodeModuleList(text: string): ModuleListEvidence | undefined {
  const list = parseObject(text.slice(text.indexOf('{'), text.lastIndexOf('}') + 1));
  const slots = list?.['m'];
  if (!list || !isCount(list['p']) || !Array.isArray(slots) || slots.length > MAX_MODULES) return undefined;
  const modules = slots.filter((slot) => isRecord(slot) && 'f' in slot).map(decodeModule);
  if (modules.some((module) => module === undefined) || !slots.every(isRecord)) return undefined;
  return { kind: 'module-list', platformId: list['p'], modules: modules as UnitModule[] };
}

/** Modules that fail a check of their own, each with the checks it failed: those done (`vc`) and not passed (`vv`). */
export function findInvalidModules(
  list: ModuleListEvidence,
): readonly { readonly module: UnitModule; readonly failed: readonly string[] }[] {
  return list.modules
    .filter(({ checked, valid }) => checked !== valid)
    .map((module) => ({ module, failed: listFailedChecks(module) }));
}

/** A module as people call it: `system-part 1`. */
export function formatModuleName(module: UnitModule): string {
  return module.function === 'bootloader' ? 'bootloader' : `${module.function} ${module.index}`;
}

function listFailedChecks({ checked, valid }: UnitModule): readonly string[] {
  const differing = checked ^ valid;
  const named = CHECKS.filter(([bit]) => (differing & bit) !== 0).map(([, name]) => name);
  return named.length > 0 ? named : [`check ${differing}`];
}

function decodeModule(slot: Record<string, unknown>): UnitModule | undefined {
  const { l: store, f: letter, n: index, v: version, vc: checked, vv: valid } = slot;
  if (!isShortText(store) || !isShortText(letter) || !isCount(checked) || !isCount(valid)) return undefined;
  if (!isShortText(index) && !isCount(index)) return undefined;
  return {
    store,
    function: FUNCTIONS[letter] ?? letter,
    index: String(index),
    version: isCount(version) ? version : null,
    checked,
    valid,
  };
}

function parseObject(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isRecord(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isCount(value: unknown): value is number {
  return Number.isInteger(value) && (value as number) >= 0 && (value as number) <= 0xffff_ffff;
}

function isShortText(value: unknown): value is string {
  return typeof value === 'string' && value.length <= MAX_TEXT;
}
