// Steps in which somebody else judges: the operator, or an outside program.
import { describe, expect, it } from 'vitest';
import type { ProgramRequest, ProgramResult, ProgramRunner } from '../../../src/equipment/programs.ts';
import { scriptedOperator } from '../surroundings.ts';
import { benchFixture, detailsOf, outcomeOf } from './bench-fixture.ts';

const asks = (answers: readonly string[]) => {
  const operator = scriptedOperator(answers);
  return { operator, fixture: benchFixture({ equipment: { operator } }) };
};

describe('operator-prompt', () => {
  it.each([
    ['Pass', 'passed'],
    ['Fail', 'operator/failed'],
  ])('takes %s as the result', async (answer, outcome) => {
    const { fixture } = asks([answer]);
    const report = await fixture.step('operator-prompt', { text: 'Is the lamp green?' });
    expect(outcomeOf(report)).toBe(outcome);
    expect(report.evidence).toEqual([{ kind: 'operator', question: 'Is the lamp green?', answer, operator: 'Ada' }]);
  });

  it('says that nobody answered', async () => {
    expect(outcomeOf(await asks([]).fixture.step('operator-prompt', { text: 'Well?' }))).toBe('operator/no-answer');
  });

  it('passes any free text, and keeps it as a measurement', async () => {
    const report = await asks(['B7']).fixture.step('operator-prompt', { text: 'Tray?', choices: [], measure: 'tray' });
    expect(outcomeOf(report)).toBe('passed');
    expect(report.measurements).toMatchObject([{ name: 'tray', value: 'B7' }]);
  });

  it('passes every answer the recipe lists, and shows where to look', async () => {
    const { fixture, operator } = asks(['Dim']);
    const written = {
      text: 'How bright?',
      picture: 'left of the button',
      choices: ['Bright', 'Dim', 'Dark'],
      pass: ['Bright', 'Dim'],
    };
    expect(outcomeOf(await fixture.step('operator-prompt', written))).toBe('passed');
    expect(operator.questions[0]?.text).toBe('How bright?\nleft of the button');
  });
});

describe('exec', () => {
  const sha256 = 'a'.repeat(64);
  const text = (value: string): Uint8Array => new TextEncoder().encode(value);

  function runner(result: Partial<ProgramResult> = {}): ProgramRunner & { readonly requests: ProgramRequest[] } {
    const requests: ProgramRequest[] = [];
    const output = { stdout: text(''), stderr: text(''), truncated: false };
    const done = { exitCode: 0, wasOverdue: false, ...output, durationMs: 1 };
    return {
      requests,
      run: async (request) => {
        requests.push(request);
        return { ...done, ...result };
      },
    };
  }

  const run = (programs: ProgramRunner | null, written: Record<string, unknown> = {}) =>
    benchFixture({ equipment: { programs } }).step('exec', { program: '/opt/test', sha256, ...written });

  it('is off unless the station allows programs', async () => {
    expect(outcomeOf(await run(null))).toBe('exec/not-allowed');
  });

  it('gives each argument as it is, with the unit’s own values in their places', async () => {
    const programs = runner();
    const args = ['--port={port path}', '; rm -rf /', '$(id)', '{"json":{"a":1}}', '{{label}}'];
    expect(outcomeOf(await run(programs, { args }))).toBe('passed');
    expect(programs.requests).toMatchObject([
      {
        path: '/opt/test',
        sha256,
        args: ['--port=1-4.3', '; rm -rf /', '$(id)', '{"json":{"a":1}}', '{label}'],
        timeoutMs: 10_000,
      },
    ]);
  });

  it('cannot run before what it asks for is known', async () => {
    expect(outcomeOf(await run(runner(), { args: ['{device id}'] }))).toBe('recipe/unknown-value');
  });

  it.each([
    [{ exitCode: 3 }, {}, 'exec/failed', '/opt/test ended with 3, the recipe asks for 0'],
    [{ exitCode: 3 }, { 'exit code': 3 }, 'passed', ''],
    [{ exitCode: null, wasOverdue: true }, {}, 'step/timeout', '/opt/test did not end within 10 s'],
    [{ exitCode: null }, {}, 'exec/broken', '/opt/test was ended by a signal before it had judged the unit'],
    [{ stdout: text('bad') }, { expect: '^good' }, 'exec/failed', 'The output of /opt/test does not match ^good'],
  ])('judges %j under %j as %s', async (result, written, outcome, details) => {
    const report = await run(runner(result), written);
    expect([outcomeOf(report), detailsOf(report)]).toEqual([outcome, details]);
  });

  it('keeps what it captures as measurements', async () => {
    const written = { expect: 'gain (?<gain>\\S+)', measure: [{ name: 'gain', from: 'gain', unit: 'dB', max: 20 }] };
    const report = await run(runner({ stdout: text('gain 21.5\n') }), written);
    expect(detailsOf(report)).toBe('gain: 21.5 dB, allowed ≤ 20');
  });

  it('keeps no control characters of the program’s output', async () => {
    const report = await run(runner({ stdout: text('\u001b[31mred\u0007\n') }));
    expect(report.evidence[0]).toMatchObject({ text: '/opt/test: exit code 0\nred·\n' });
  });
});
