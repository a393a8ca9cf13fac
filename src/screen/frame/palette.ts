// How each tone looks: colours that a colour-blind eye keeps apart, always beside a word and a sign, for poor and rich terminals.
import type { TextSegment, Tone } from './styled-line.ts';

/** Bits of colour a terminal has: none, 16 colours, 256, or all. */
export type ColourDepth = 1 | 4 | 8 | 24;

/** One colour as each kind of terminal has it nearest. */
export interface Colour {
  readonly hex: string;
  readonly of256: number;
  readonly of16: number;
}

export interface ToneStyle {
  readonly ink?: Colour;
  readonly ground?: Colour;
  readonly bold?: boolean;
  readonly dim?: boolean;
  readonly inverse?: boolean;
}

const white: Colour = { hex: '#ffffff', of256: 231, of16: 15 };
const black: Colour = { hex: '#000000', of256: 16, of16: 0 };
const blue: Colour = { hex: '#0072b2', of256: 25, of16: 4 };
const vermilion: Colour = { hex: '#d55e00', of256: 166, of16: 1 };
const yellow: Colour = { hex: '#f0e442', of256: 227, of16: 11 };
/** The bare console has no bright grounds: yellow is its brown there, and an alarm's red has to be told by its words. */
const yellowGround: Colour = { ...yellow, of16: 3 };
const whiteGround: Colour = { ...white, of16: 7 };
const darkGround: Colour = { hex: '#303030', of256: 236, of16: 8 };
const sky: Colour = { hex: '#56b4e9', of256: 74, of16: 6 };
const grey: Colour = { hex: '#a8a8a8', of256: 248, of16: 5 };
const rust: Colour = { hex: '#8b1a00', of256: 88, of16: 9 };

const unstyled: ToneStyle = {};

/**
 * One table for tiles and bins (Okabe and Ito): a result has the ground of the bin that it names, and neither red nor
 * green carries a meaning alone. Calls are sky blue, a stopped fixture is grey: no bin has these.
 */
const tones: Record<Tone, { readonly text: ToneStyle; readonly ground: ToneStyle }> = {
  plain: { text: unstyled, ground: { inverse: true } },
  dim: { text: { dim: true }, ground: { dim: true } },
  strong: { text: { bold: true }, ground: { bold: true, inverse: true } },
  title: { text: { bold: true }, ground: { bold: true, inverse: true } },
  pass: { text: { ink: blue, bold: true }, ground: { ink: white, ground: blue, bold: true } },
  retest: { text: { bold: true }, ground: { ink: black, ground: whiteGround, bold: true } },
  rework: { text: { ink: yellow, bold: true }, ground: { ink: black, ground: yellowGround, bold: true } },
  hold: { text: { bold: true }, ground: { ink: white, ground: darkGround, bold: true } },
  scrap: { text: { ink: vermilion, bold: true }, ground: { ink: black, ground: vermilion, bold: true } },
  fail: { text: { ink: vermilion, bold: true }, ground: { ink: black, ground: vermilion, bold: true } },
  attention: { text: { ink: sky, bold: true }, ground: { ink: black, ground: sky, bold: true } },
  stopped: { text: { ink: grey, bold: true }, ground: { ink: black, ground: grey, bold: true } },
  running: { text: unstyled, ground: unstyled },
  alarm: { text: { ink: vermilion, bold: true }, ground: { ink: white, ground: rust, bold: true } },
  chosen: { text: { bold: true, inverse: true }, ground: { bold: true, inverse: true } },
};

/** What a call for a person looks like without colours; results are told apart by their pattern instead. */
const INVERSE_WITHOUT_COLOURS: readonly Tone[] = ['attention', 'alarm'];

/** Colours and weights of a piece of text. */
export function getToneStyle({ tone, filled }: Pick<TextSegment, 'tone' | 'filled'>): ToneStyle {
  return filled ? tones[tone].ground : tones[tone].text;
}

/** A look as Ink's `<Text>` takes it, in the colours that this terminal has. */
export interface InkStyle {
  readonly color?: string;
  readonly backgroundColor?: string;
  readonly bold?: boolean;
  readonly dimColor?: boolean;
  readonly inverse?: boolean;
}

/** The properties of `<Text>` for a piece of text. */
export function toInkStyle(piece: Pick<TextSegment, 'tone' | 'filled'>, depth: ColourDepth): InkStyle {
  const { ink, ground, bold, dim, inverse } = getToneStyle(piece);
  const isInverse = inverse || (depth === 1 && piece.filled && INVERSE_WITHOUT_COLOURS.includes(piece.tone));
  return {
    ...(bold && { bold }),
    ...(dim && { dimColor: dim }),
    ...(isInverse && { inverse: true }),
    ...(ink && depth > 1 && { color: toInkColour(ink, depth) }),
    ...(ground && depth > 1 && { backgroundColor: toInkColour(ground, depth) }),
  };
}

/** Ink's names of the sixteen colours; it would turn others into its own idea of them. */
const COLOUR_NAMES = ['black', 'red', 'green', 'yellow', 'blue', 'magenta', 'cyan', 'white'] as const;

function toInkColour({ hex, of256, of16 }: Colour, depth: ColourDepth): string {
  if (depth === 24) return hex;
  if (depth === 8) return `ansi256(${of256})`;
  return of16 < 8 ? COLOUR_NAMES[of16]! : `${COLOUR_NAMES[of16 - 8]}Bright`;
}
