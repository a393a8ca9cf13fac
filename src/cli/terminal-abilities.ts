// What a terminal can do, read from its environment by the usual rules: Unicode, colours, a person who listens.

export interface TerminalAbilities {
  readonly isUnicode: boolean;
  readonly isColoured: boolean;
  /** A screen reader reads the terminal aloud. */
  readonly isSpoken: boolean;
}

/**
 * NO_COLOR (no-color.org) and TERM=dumb take colours away, a FORCE_COLOR other than 0 gives them back; the bare Linux
 * console has colours and few signs. An empty variable counts as not set.
 */
export function abilitiesOf(environment: NodeJS.ProcessEnv): TerminalAbilities {
  const { TERM: term, NO_COLOR: noColor, FORCE_COLOR: force, INK_SCREEN_READER: reader } = environment;
  const locale = environment['LC_ALL'] || environment['LC_CTYPE'] || environment['LANG'] || '';
  const isForced = force !== undefined && force !== '';
  const isColoured = isForced ? !['0', 'false'].includes(force) : !noColor && term !== 'dumb';
  const isPoor = term === 'linux' || term === 'dumb';
  return { isUnicode: !isPoor && (locale === '' || /utf-?8/i.test(locale)), isColoured, isSpoken: reader === 'true' };
}

/** The language a locale names, by the order in which programs read it; undefined when there is none. */
export function localeOf(environment: NodeJS.ProcessEnv): string | undefined {
  return environment['LC_ALL'] || environment['LC_MESSAGES'] || environment['LANG'] || undefined;
}
