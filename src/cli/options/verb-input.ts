// What a verb is given on its command line, each word declared once: what help prints, what is parsed, and its type.
import { Argument, Option } from 'commander';

/** `given` is there whenever the verb runs, `optional` only when it was typed. */
type Presence = 'given' | 'optional';

/** One option or argument. The word that people type follows from its key: `keepDays` is `--keep-days`. */
export interface InputWord<Value, Is extends Presence = Presence> {
  readonly presence: Is;
  readonly description: string;
  /** What stands in brackets: `<name>`; null for a flag. */
  readonly placeholder: string | null;
  readonly isRequired?: boolean;
  readonly isRepeated?: boolean;
  /** A flag that may stand alone or bring a text. */
  readonly isTextOptional?: boolean;
  /** A flag that is true until `--no-` is typed. */
  readonly isNegated?: boolean;
  readonly fallback?: string;
  readonly choices?: readonly string[];
  readonly parse?: (text: string) => Value;
  /** The environment variable that gives it when it is not typed. */
  readonly variable?: string;
  /** Keys of other options that make the variable count for nothing when they are typed. */
  readonly yieldsTo?: readonly string[];
}

/** Words by their keys, in the order of help; of arguments, in the order in which they are typed. */
export type InputWords = Readonly<Record<string, InputWord<unknown>>>;

type ValueOf<Word> = Word extends InputWord<infer Value> ? Value : never;

/** What a verb gets for its words. */
export type TypedInput<Words extends InputWords> = {
  readonly [Key in keyof Words as Words[Key]['presence'] extends 'given' ? Key : never]: ValueOf<Words[Key]>;
} & {
  readonly [Key in keyof Words as Words[Key]['presence'] extends 'given' ? never : Key]?: ValueOf<Words[Key]>;
};

/** Text that must be given. */
export function requireText(placeholder: string, description: string): InputWord<string, 'given'> {
  return { presence: 'given', description, placeholder, isRequired: true };
}

/** Text that may be left out. */
export function takeText(placeholder: string, description: string): InputWord<string, 'optional'> {
  return { presence: 'optional', description, placeholder };
}

/** Text that an environment variable gives when neither it nor an option of `yieldsTo` is typed. */
export function takeTextOrVariable(
  variable: string,
  yieldsTo: readonly string[],
  placeholder: string,
  description: string,
): InputWord<string, 'optional'> {
  return { presence: 'optional', description, placeholder, variable, yieldsTo };
}

/** Text that is `fallback` when it is left out. */
export function takeTextOr(fallback: string, placeholder: string, description: string): InputWord<string, 'given'> {
  return { presence: 'given', description, placeholder, fallback };
}

/** One or more texts. */
export function requireTexts(placeholder: string, description: string): InputWord<readonly string[], 'given'> {
  return { presence: 'given', description, placeholder, isRequired: true, isRepeated: true };
}

/** Any number of texts. */
export function takeTexts(placeholder: string, description: string): InputWord<readonly string[], 'optional'> {
  return { presence: 'optional', description, placeholder, isRepeated: true };
}

/** A value that is read at once. `parse` throws StationError `cli/argument`. */
export function takeParsed<Value>(
  parse: (text: string) => Value,
  placeholder: string,
  description: string,
): InputWord<Value, 'optional'> {
  return { presence: 'optional', description, placeholder, parse };
}

/** One of a few texts that must be given. */
export function requireChoice<const Choice extends string>(
  choices: readonly Choice[],
  placeholder: string,
  description: string,
): InputWord<Choice, 'given'> {
  return { presence: 'given', description, placeholder, isRequired: true, choices };
}

/** One of a few texts that may be left out. */
export function takeChoice<const Choice extends string>(
  choices: readonly Choice[],
  placeholder: string,
  description: string,
): InputWord<Choice, 'optional'> {
  return { presence: 'optional', description, placeholder, choices };
}

/** One of a few texts, `fallback` when it is left out. */
export function takeChoiceOr<const Choice extends string>(
  fallback: NoInfer<Choice>,
  choices: readonly Choice[],
  placeholder: string,
  description: string,
): InputWord<Choice, 'given'> {
  return { presence: 'given', description, placeholder, choices, fallback };
}

/** A flag that may be set. */
export function takeFlag(description: string): InputWord<boolean, 'optional'> {
  return { presence: 'optional', description, placeholder: null };
}

/** A flag that may bring a text with it. */
export function takeFlagOrText(placeholder: string, description: string): InputWord<string | true, 'optional'> {
  return { presence: 'optional', description, placeholder, isTextOptional: true };
}

/** A flag that is set until `--no-` and its name are typed. */
export function takeFlagUnlessNegated(description: string): InputWord<boolean, 'given'> {
  return { presence: 'given', description, placeholder: null, isNegated: true };
}

/** The option of a key: `--keep-days <number>`. */
export function createOption(key: string, word: InputWord<unknown>): Option {
  const name = key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
  const dots = word.isRepeated ? '...' : '';
  const [open, close] = word.isTextOptional ? '[]' : '<>';
  const text = word.placeholder === null ? '' : ` ${open}${word.placeholder}${dots}${close}`;
  const description = word.isRequired ? `${word.description} (required)` : word.description;
  const option = new Option(`--${word.isNegated ? 'no-' : ''}${name}${text}`, description);
  if (word.isRequired) option.makeOptionMandatory();
  if (word.variable !== undefined) option.env(word.variable);
  return applyValueRules(option, word);
}

/** The argument of a key: `<file>`, or `[file]` when it may be left out. */
export function createArgument(word: InputWord<unknown>): Argument {
  const name = `${word.placeholder}${word.isRepeated ? '...' : ''}`;
  return applyValueRules(new Argument(word.isRequired ? `<${name}>` : `[${name}]`, word.description), word);
}

function applyValueRules<Target extends Option | Argument>(target: Target, word: InputWord<unknown>): Target {
  if (word.choices) target.choices([...word.choices]);
  if (word.parse) target.argParser(word.parse);
  if (word.fallback !== undefined) target.default(word.fallback);
  return target;
}
