// Answers held to patterns: what passes, and each way in which an answer falls short.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compilePattern } from '../../../src/base/pattern/pattern.ts';
import type { SerialAnswer } from '../../../src/device/serial/conversation.ts';
import { matchAnswer } from '../../../src/device/serial/match-answer.ts';
import { invalidUtf8 } from './fake-connection.ts';

const VERSION = compilePattern('system firmware version: (?<version>\\S+)');

const said = (text: string | Uint8Array, end: SerialAnswer['end'] = 'quiet'): SerialAnswer => ({
  end,
  bytes: typeof text === 'string' ? new TextEncoder().encode(text) : text,
  replyMs: 1,
});

const codeOf = (question: string, answer: SerialAnswer, pattern = VERSION): string => {
  const judged = matchAnswer(question, answer, pattern);
  return judged.ok ? 'ok' : judged.code;
};

describe('an answer', () => {
  it('gives its groups when it matches', () => {
    const judged = matchAnswer('v', said('system firmware version: 2.3.1\n\r\n'), VERSION);
    expect(judged.ok && judged.match?.groups).toEqual({ version: '2.3.1' });
  });

  it.each([
    ['nothing came', said('', 'silent'), 'serial/silent'],
    ['it is cut in the middle of a line', said('system firm'), 'serial/cut'],
    ['it says something else', said('Derp. Sorry\r\n'), 'serial/unexpected-answer'],
    ['it never stopped', said('system firmware version: 2.3.1\r\n', 'flood'), 'serial/unexpected-answer'],
    ['it holds bytes that are no UTF-8', said(invalidUtf8), 'serial/garbled'],
    ['it holds zeros', said('system firmware version: 2.3.1\u0000\r\n'), 'serial/garbled'],
    ['the question came back alone', said('v\r\n'), 'serial/silent'],
  ])('is told apart when %s', (_case, answer, code) => {
    expect(codeOf('v', answer)).toBe(code);
  });

  it('does not match by the echo of its own question', () => {
    const question = 'expect system firmware version: 2.3.1\r\n';
    expect(codeOf(question, said(`${question}unknown command\r\n`))).toBe('serial/unexpected-answer');
    expect(codeOf(question, said(`> ${question}unknown command\r\n`))).toBe('serial/unexpected-answer');
    expect(codeOf(question, said(`${question}system firmware version: 2.3.1\r\n`))).toBe('ok');
  });

  it('keeps an answer that begins like its question', () => {
    const judged = matchAnswer('i', said('id 5\r\n'), compilePattern('id (?<id>\\d)'));
    expect(judged.ok && judged.match?.groups).toEqual({ id: '5' });
  });

  it('of any text will do without a pattern', () => {
    expect(matchAnswer('c', said('Device claimed: no\r\n'), null).ok).toBe(true);
  });

  it('names control characters of the question by their codes', () => {
    const judged = matchAnswer('a\r\n', said('', 'silent'), null);
    expect(!judged.ok && judged.message).toBe('"a\\x0d\\x0a" was not answered');
  });

  it('of random bytes never matches by chance and never throws', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), fc.string({ maxLength: 4 }), (bytes, question) => {
        expect(codeOf(question, said(bytes))).not.toBe('ok');
      }),
      { numRuns: 2_000 },
    );
  });
});
