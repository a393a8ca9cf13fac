// The part of vitest that the guest's suites use: describe, it, hooks and expect, run one after another on plain Node.
import assert from 'node:assert/strict';

type Deed = () => unknown;

interface Suite {
  readonly name: string;
  readonly before: Deed[];
  readonly after: Deed[];
}

interface Test {
  readonly name: string;
  readonly suites: readonly Suite[];
  readonly run: Deed;
  readonly limitMs: number;
}

const TEST_LIMIT_MS = 90_000;

const open: Suite[] = [];
const tests: Test[] = [];

export function describe(name: string, define: () => void): void {
  open.push({ name, before: [], after: [] });
  define();
  open.pop();
}

export function it(name: string, run: Deed, limitMs = TEST_LIMIT_MS): void {
  tests.push({ name, suites: [...open], run, limitMs });
}

export function beforeEach(deed: Deed): void {
  open.at(-1)!.before.push(deed);
}

export function afterEach(deed: Deed): void {
  open.at(-1)!.after.push(deed);
}

export interface Count {
  passed: number;
  failed: number;
}

/** Runs all tests in the order of their definition; prints each with its time, and the counts of each outermost suite. */
export async function runAll(print: (line: string) => void): Promise<Count> {
  const total: Count = { passed: 0, failed: 0 };
  const perItem = new Map<string, Count>();
  for (const test of tests) {
    const item = test.suites[0]?.name ?? '';
    const count = perItem.get(item) ?? { passed: 0, failed: 0 };
    perItem.set(item, count);
    const startMs = performance.now();
    const failure = await failureOf(test);
    const tookS = ((performance.now() - startMs) / 1000).toFixed(1);
    for (const sum of [total, count]) sum[failure === undefined ? 'passed' : 'failed'] += 1;
    print(`${failure === undefined ? 'ok    ' : 'NOT OK'} ${tookS.padStart(5)} s  ${item}: ${test.name}`);
    if (failure !== undefined) print(textOf(failure));
  }
  for (const [item, { passed, failed }] of perItem) print(`item: ${item}: ${passed} passed, ${failed} failed`);
  return total;
}

async function failureOf(test: Test): Promise<unknown> {
  let failure: unknown;
  const attempt = async (deed: Deed): Promise<void> => {
    try {
      await within(deed, test.limitMs);
    } catch (error) {
      failure ??= error;
    }
  };
  for (const deed of test.suites.flatMap(({ before }) => before)) if (failure === undefined) await attempt(deed);
  if (failure === undefined) await attempt(test.run);
  for (const deed of test.suites.toReversed().flatMap(({ after }) => after)) await attempt(deed);
  return failure;
}

async function within(deed: Deed, limitMs: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`not done within ${limitMs / 1000} s`)), limitMs);
  });
  try {
    await Promise.race([deed(), late]);
  } finally {
    clearTimeout(timer);
  }
}

function textOf(failure: unknown): string {
  const error = failure instanceof Error ? failure : new Error(String(failure));
  const cause = error.cause === undefined ? '' : `\n  because: ${textOf(error.cause)}`;
  return `  ${error.stack?.split('\n').slice(0, 40).join('\n  ') ?? error.message}${cause}`;
}

interface Expectation {
  toBe(expected: unknown): void;
  toEqual(expected: unknown): void;
  toMatchObject(expected: object): void;
  toMatch(pattern: RegExp): void;
  toContain(item: unknown): void;
  toContainEqual(item: unknown): void;
  toBeUndefined(): void;
  toBeGreaterThan(limit: number): void;
  toBeGreaterThanOrEqual(limit: number): void;
  toBeLessThan(limit: number): void;
}

export function expect(
  actual: unknown,
  message?: string,
): Expectation & { readonly not: Expectation; readonly rejects: { toMatchObject(expected: object): Promise<void> } } {
  return {
    ...expectation(actual, message),
    not: negated(expectation(actual, message), message),
    rejects: {
      toMatchObject: async (expected) => {
        const outcome = await Promise.resolve(actual as Promise<unknown>).then(
          () => undefined,
          (error: unknown) => ({ error }),
        );
        assert.ok(outcome, `${message ?? ''} should have been rejected`);
        assert.partialDeepStrictEqual({ ...(outcome.error as object) }, expected, message);
      },
    },
  };
}

function expectation(actual: unknown, message?: string): Expectation {
  const tell = (what: string): string => `${message ?? ''} ${String(actual)} ${what}`;
  return {
    toBe: (expected) => assert.strictEqual(actual, expected, message),
    toEqual: (expected) => assert.deepStrictEqual(actual, expected, message),
    toMatchObject: (expected) => assert.partialDeepStrictEqual(actual, expected, message),
    toMatch: (pattern) => assert.match(actual as string, pattern, message),
    toContain: (item) =>
      assert.ok((actual as string | unknown[]).includes(item as never), tell(`without ${String(item)}`)),
    toContainEqual: (item) =>
      assert.ok(
        (actual as unknown[]).some((one) => isEqual(one, item)),
        tell('without the item'),
      ),
    toBeUndefined: () => assert.strictEqual(actual, undefined, message),
    toBeGreaterThan: (limit) => assert.ok((actual as number) > limit, tell(`is not above ${limit}`)),
    toBeGreaterThanOrEqual: (limit) => assert.ok((actual as number) >= limit, tell(`is below ${limit}`)),
    toBeLessThan: (limit) => assert.ok((actual as number) < limit, tell(`is not below ${limit}`)),
  };
}

function negated(positive: Expectation, message: string | undefined): Expectation {
  const turned = Object.entries(positive).map(([name, check]) => [
    name,
    (expected: unknown) => assert.throws(() => (check as (expected: unknown) => void)(expected), message),
  ]);
  return Object.fromEntries(turned) as unknown as Expectation;
}

function isEqual(left: unknown, right: unknown): boolean {
  try {
    assert.deepStrictEqual(left, right);
    return true;
  } catch {
    return false;
  }
}
