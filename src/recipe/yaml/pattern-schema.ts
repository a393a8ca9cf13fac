// Patterns as recipes write them: regular expressions that no text can make slow.
import { z } from 'zod';
import { compilePattern, PatternError } from '../../base/pattern/pattern.ts';

/** Longest pattern a file may hold. */
const MAX_PATTERN_LENGTH = 300;

/** A regular expression as text; gives the compiled pattern. */
export const patternSchema = z
  .string()
  .max(MAX_PATTERN_LENGTH)
  .transform((text, context) => {
    try {
      return compilePattern(text);
    } catch (error) {
      if (!(error instanceof PatternError)) throw error;
      context.addIssue({ code: 'custom', message: `this pattern cannot be used: ${error.message}` });
      return z.NEVER;
    }
  })
  .describe("A regular expression in single quotes: '^P\\d{9}$'");
