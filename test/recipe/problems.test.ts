// Problems as a person reads them.
import { describe, expect, it } from 'vitest';
import { createProblemsError, formatProblems, type Problem, sortProblems } from '../../src/recipe/yaml/problems.ts';

const problem = (line: number, message = 'wrong'): Problem => ({
  ...{ file: 'r.yaml', line, column: 3, message },
  ...{ hint: 'do it right', sourceLine: '  key: value', caret: '  ^^^' },
});

describe('problems', () => {
  it('show place, source line, caret and what to do', () => {
    expect(formatProblems([problem(12)])).toBe(
      ['r.yaml:12:3  wrong', '   12 |   key: value', '      |   ^^^', '      = do it right'].join('\n'),
    );
  });

  it('show no line where the file has none to show', () => {
    expect(formatProblems([{ ...problem(1), sourceLine: '', caret: '', hint: null }])).toBe('r.yaml:1:3  wrong');
  });

  it('are counted, not shown, beyond forty', () => {
    const text = formatProblems(Array.from({ length: 45 }, (_, at) => problem(at + 1)));
    expect(text.match(/wrong/g)).toHaveLength(40);
    expect(text).toMatch(/\.\.\. and 5 more$/);
  });

  it('stand in the order of the file, each once', () => {
    const sorted = sortProblems([problem(3), problem(1, 'b'), problem(3), problem(1, 'a')]);
    expect(sorted.map(({ line, message }) => `${line}${message}`)).toEqual(['1b', '1a', '3wrong']);
  });

  it('are one error for exit code 2 that says how to check again', () => {
    expect(createProblemsError('recipe/invalid', 'r.yaml', [problem(1), problem(2)])).toMatchObject({
      ...{ code: 'recipe/invalid', kind: 'input' },
      message: expect.stringContaining('r.yaml has 2 problems\nr.yaml:1:3'),
      hint: expect.stringContaining('flashline check r.yaml'),
    });
  });
});
