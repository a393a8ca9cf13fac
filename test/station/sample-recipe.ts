// A recipe for the station's tests, as data: every feature that the chart knows, each step of kind `fake`.
import type { Recipe, RecipeStep, RetryPolicy } from '../../src/recipe/recipe.ts';

export function step(id: string, fields: Partial<RecipeStep> = {}): RecipeStep {
  return { id, kind: 'fake', title: null, parameters: {}, timeoutMs: 10_000, retry: null, group: null, ...fields };
}

export function retry(times: number, redo: readonly string[] = [], delayMs = 0): RetryPolicy {
  return { times, delayMs, redo };
}

/** enter-dfu; check, [erase, write] as a group, verify; power-off. */
export function sampleRecipe(fields: Partial<Recipe> = {}): Recipe {
  return {
    file: 'recipes/sample.yaml',
    sha256: 'ab'.repeat(32),
    product: 'Particle Photon',
    part: 'PHOTONH',
    name: 'sample',
    revision: 'A',
    unit: {
      label: null,
      labelFrom: 'none',
      dfu: { vendorId: 0x2b04, productId: 0xd006 },
      dfuForeign: [],
      serial: { vendorId: 0x2b04, productId: 0xc006 },
      memories: new Map(),
      dfuProtocol: 'dfuse',
      dfuInterface: null,
      canReadBack: true,
      flashWordBytes: null,
    },
    images: [],
    onFailure: 'stop',
    setup: [step('enter-dfu')],
    main: [
      step('check'),
      step('erase', { group: 'flash' }),
      step('write', { group: 'flash', retry: retry(1) }),
      step('verify', { retry: retry(2, ['power-cycle', 'enter-dfu'], 500) }),
    ],
    teardown: [step('leave', { retry: retry(1) }), step('power-off')],
    recovery: [step('power-cycle')],
    groups: [{ id: 'flash', stepIds: ['erase', 'write'], retry: retry(1, ['power-cycle']) }],
    challenge: null,
    after: null,
    permits: [],
    purpose: 'production',
    signature: null,
    ...fields,
  };
}
