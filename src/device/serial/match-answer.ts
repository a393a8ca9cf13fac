// An answer held to a pattern: what matched, or how it fell short.
import type { Pattern, PatternMatch } from '../../base/pattern/pattern.ts';
import type { FailureCode } from '../../domain/run/failure.ts';
import type { SerialAnswer } from './conversation.ts';

/** An answer judged. `text` is what was matched against, for messages. */
export type AnswerMatch =
  | { readonly ok: true; readonly text: string; readonly match: PatternMatch | null }
  | {
      readonly ok: false;
      readonly text: string;
      readonly code: FailureCode & `serial/${string}`;
      readonly message: string;
    };

/**
 * Judges an answer to `question`. Without a pattern any text will do. An echo of the question is no part of the answer:
 * a prompt in it must not satisfy the pattern. Bytes that are not text are garbled; an answer that does not match and
 * does not end a line was cut; one that never stopped cannot be trusted.
 */
export function matchAnswer(question: string, answer: SerialAnswer, pattern: Pattern | null): AnswerMatch {
  const decoded = new TextDecoder().decode(answer.bytes);
  const text = removeEcho(decoded, question);
  const name = formatQuestion(question);
  if (answer.end === 'silent') return createMismatch('serial/silent', text, `${name} was not answered`);
  if (answer.end === 'flood') {
    return createMismatch('serial/unexpected-answer', text, `the answer to ${name} did not end`);
  }
  if (isGarbled(decoded)) return createMismatch('serial/garbled', text, `the answer to ${name} is not text`);
  if (text === '') return createMismatch('serial/silent', text, `${name} was only echoed`);
  if (!pattern) return { ok: true, text, match: null };
  const match = pattern.find(text);
  if (match) return { ok: true, text, match };
  if (!hasLineEnd(text))
    return createMismatch('serial/cut', text, `the answer to ${name} ends in the middle of a line`);
  return createMismatch('serial/unexpected-answer', text, `the answer to ${name} does not match ${pattern.source}`);
}

/** The question as people read it: control characters by their escapes. */
export function formatQuestion(question: string): string {
  return `"${question.replace(/[\u0000-\u001f\u007f]/g, (character) => `\\x${character.charCodeAt(0).toString(16).padStart(2, '0')}`)}"`;
}

/**
 * The text without the question echoed at its beginning: on a line of its own, or at the end of the first line behind a
 * prompt when the question is longer than one character.
 */
function removeEcho(text: string, question: string): string {
  const asked = question.trim();
  if (asked === '') return text;
  const [, line, end] = /^([^\r\n]*)([\r\n]*)/.exec(text)!;
  if (line === asked || (asked.length > 1 && line!.endsWith(asked))) return text.slice(line!.length + end!.length);
  return asked.length > 1 && text.startsWith(asked) ? text.slice(asked.length) : text;
}

/** True for invalid UTF-8 and for control characters that no text has. */
function isGarbled(text: string): boolean {
  return /[\ufffd\u0000-\u0008\u000e-\u001a\u001c-\u001f\u007f]/.test(text);
}

function hasLineEnd(text: string): boolean {
  return /[\r\n]$/.test(text);
}

function createMismatch(code: FailureCode & `serial/${string}`, text: string, message: string): AnswerMatch {
  return { ok: false, text, code, message };
}
