// A verb as it is declared: its name, the words it is given, what help says; and, apart from that, where its work is loaded from.
import { existsSync } from 'node:fs';
import type { Command } from 'commander';
import { findLastUsedRecord } from '../input/last-used-record.ts';
import { createArgument, createOption, type InputWords, type TypedInput } from '../options/verb-input.ts';
import type { ExitCode } from '../output/exit-codes.ts';
import type { Terminal } from '../output/terminal.ts';

/** What a verb works with beside its words. */
export interface Cli {
  readonly terminal: Terminal;
  /** The tree of verbs, for those that explain it. */
  readonly program: Command;
  /** Sets the exit code; the last call counts. */
  exit(code: ExitCode): void;
}

export interface Verb<Arguments extends InputWords = InputWords, Options extends InputWords = InputWords> {
  readonly name: string;
  readonly alias?: string;
  readonly description: string;
  readonly arguments?: Arguments;
  readonly options?: Options;
  /** Below the options: examples, and what one has to know. */
  readonly help?: string;
}

/** What the work of a verb gets: all its words by their keys. */
export type VerbInput<Declared> =
  Declared extends Verb<infer Arguments, infer Options> ? TypedInput<Arguments & Options> : never;

/** Adds a verb, or a group of verbs, to its parent. */
export type AddVerb = (parent: Command, cli: Cli) => void;

/** The declaration as it is, its words typed by what they give. */
export function declareVerb<
  Arguments extends InputWords = Record<never, never>,
  Options extends InputWords = Record<never, never>,
>(verb: Verb<Arguments, Options>): Verb<Arguments, Options> {
  return verb;
}

/** A declared verb with its work, which is loaded when the verb is typed and no sooner. */
export function bindVerb<Declared extends Verb>(
  verb: Declared,
  load: () => Promise<(cli: Cli, input: VerbInput<Declared>) => Promise<void> | void>,
): AddVerb {
  return (parent, cli) => {
    const command = parent.command(verb.name).description(verb.description);
    if (verb.alias !== undefined) command.alias(verb.alias);
    const argumentKeys = Object.keys(verb.arguments ?? {});
    for (const key of argumentKeys) command.addArgument(createArgument(verb.arguments![key]!));
    for (const [key, word] of Object.entries(verb.options ?? {})) command.addOption(createOption(key, word));
    if (verb.help !== undefined) command.addHelpText('after', verb.help);
    command.action(async (...typed: readonly unknown[]) => {
      const given = argumentKeys.map((key, at) => [key, typed[at]]).filter(([, value]) => value !== undefined);
      const work = await load();
      const options = readTypedOptions(command, verb.options ?? {});
      if ('record' in (verb.options ?? {})) nameChosenRecord(cli.terminal, options);
      // The words were built from this very declaration.
      await work(cli, { ...Object.fromEntries(given), ...options } as VerbInput<Declared>);
    });
  };
}

/** What was typed, and what the environment gives where nothing that was typed speaks against it. */
function readTypedOptions(command: Command, words: InputWords): Readonly<Record<string, unknown>> {
  const isTyped = (key: string): boolean => command.getOptionValueSource(key) === 'cli';
  const isOverruled = (key: string): boolean =>
    command.getOptionValueSource(key) === 'env' && (words[key]?.yieldsTo ?? []).some(isTyped);
  return Object.fromEntries(Object.entries(command.opts()).filter(([key]) => !isOverruled(key)));
}

/** Says which record is meant where several lie here and nobody named one. */
function nameChosenRecord({ writeErr }: Terminal, { record, station }: Readonly<Record<string, unknown>>): void {
  if (record !== undefined || station !== undefined || existsSync('station.yaml')) return;
  const lastUsed = findLastUsedRecord();
  if (!lastUsed || lastUsed.others.length === 0) return;
  writeErr(`record ${lastUsed.folder}, used last; --record names another: ${lastUsed.others.join(', ')}\n`);
}

/** Verbs under one word: `batch open`. */
export function bindGroup(name: string, description: string, verbs: readonly AddVerb[]): AddVerb {
  return (parent, cli) => {
    const group = parent.command(name).description(description);
    for (const addVerb of verbs) addVerb(group, cli);
  };
}
