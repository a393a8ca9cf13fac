import { describe, expect, it } from 'vitest';
import { detectTerminalCapabilities, readLocale } from '../../src/cli/output/terminal-capabilities.ts';

describe('the abilities of a terminal', () => {
  it.each([
    [{}, true],
    [{ NO_COLOR: '1' }, false],
    [{ NO_COLOR: '' }, true],
    [{ FORCE_COLOR: '' }, true],
    [{ FORCE_COLOR: '0' }, false],
    [{ FORCE_COLOR: 'false' }, false],
    [{ NO_COLOR: '1', FORCE_COLOR: '' }, false],
    [{ NO_COLOR: '1', FORCE_COLOR: '3' }, true],
    [{ TERM: 'dumb' }, false],
    [{ TERM: 'linux' }, true],
  ])('%j: colours %s', (environment, isColoured) => {
    expect(detectTerminalCapabilities(environment).colourDepth > 1).toBe(isColoured);
  });

  it.each([
    [{ TERM: 'linux' }, 4],
    [{ TERM: 'xterm-256color' }, 8],
    [{ TERM: 'tmux-256color', COLORTERM: 'truecolor' }, 24],
    [{ TERM: 'xterm-256color', CI: 'true' }, 8],
    [{ TERM: 'linux', FORCE_COLOR: '3' }, 24],
    [{ NO_COLOR: '1', FORCE_COLOR: 'true' }, 4],
    [{ NO_COLOR: '1', COLORTERM: 'truecolor' }, 1],
  ])('%j: colours of %i bits', (environment, depth) => {
    expect(detectTerminalCapabilities(environment).colourDepth).toBe(depth);
  });

  it.each([
    [{}, true],
    [{ LANG: 'zh_CN.UTF-8' }, true],
    [{ LANG: 'en_US.utf8' }, true],
    [{ LANG: 'C' }, false],
    [{ LC_ALL: 'C', LANG: 'en_US.UTF-8' }, false],
    [{ TERM: 'linux', LANG: 'en_US.UTF-8' }, false],
    [{ TERM: 'xterm-256color', LANG: 'en_US.UTF-8' }, true],
  ])('%j: Unicode %s', (environment, isUnicode) => {
    expect(detectTerminalCapabilities(environment).isUnicode).toBe(isUnicode);
  });

  it('are spoken where a screen reader is told of', () => {
    expect(detectTerminalCapabilities({ INK_SCREEN_READER: 'true' }).isSpoken).toBe(true);
    expect(detectTerminalCapabilities({}).isSpoken).toBe(false);
  });

  it('have the language that the locale names first', () => {
    expect(readLocale({ LC_ALL: '', LC_MESSAGES: 'zh_CN.UTF-8', LANG: 'en_US.UTF-8' })).toBe('zh_CN.UTF-8');
    expect(readLocale({})).toBeUndefined();
  });
});
