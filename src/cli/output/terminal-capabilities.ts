// What a terminal can do, read from its environment by the usual rules: Unicode, colours, a person who listens.
import { WriteStream } from 'node:tty';
import type { ColourDepth } from '../../screen/frame/palette.ts';

export interface TerminalCapabilities {
  readonly isUnicode: boolean;
  readonly colourDepth: ColourDepth;
  /** A screen reader reads the terminal aloud. */
  readonly isSpoken: boolean;
}

/**
 * NO_COLOR (no-color.org) and TERM=dumb take colours away, a FORCE_COLOR other than 0 gives them back; the bare Linux
 * console has colours and few signs. An empty variable counts as not set.
 */
export function detectTerminalCapabilities(environment: NodeJS.ProcessEnv): TerminalCapabilities {
  const { TERM: term, NO_COLOR: noColor, FORCE_COLOR: force, INK_SCREEN_READER: reader } = environment;
  const locale = environment['LC_ALL'] || environment['LC_CTYPE'] || environment['LANG'] || '';
  const isForced = force !== undefined && force !== '';
  const isColoured = isForced ? !['0', 'false'].includes(force) : !noColor && term !== 'dumb';
  const isPoor = term === 'linux' || term === 'dumb';
  return {
    isUnicode: !isPoor && (locale === '' || /utf-?8/i.test(locale)),
    colourDepth: isColoured ? detectColourDepth(environment) : 1,
    isSpoken: reader === 'true',
  };
}

/** At least 16 colours; more by the name of the terminal, whatever a build server's variables say. */
function detectColourDepth({
  CI: _,
  NO_COLOR: __,
  FORCE_COLOR: force,
  ...environment
}: NodeJS.ProcessEnv): ColourDepth {
  const known = { '1': 4, true: 4, '2': 8, '3': 24 } as const;
  if (force && Object.hasOwn(known, force)) return known[force as keyof typeof known];
  return Math.max(4, WriteStream.prototype.getColorDepth(environment)) as ColourDepth;
}

/** The language a locale names, by the order in which programs read it; undefined when there is none. */
export function readLocale(environment: NodeJS.ProcessEnv): string | undefined {
  return environment['LC_ALL'] || environment['LC_MESSAGES'] || environment['LANG'] || undefined;
}
