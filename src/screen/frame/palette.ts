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
const orange: Colour = { hex: '#e69f00', of256: 178, of16: 3 };
const vermilion: Colour = { hex: '#d55e00', of256: 166, of16: 9 };
const yellow: Colour = { hex: '#f0e442', of256: 227, of16: 11 };
/** The bare console has no bright grounds: there yellow and orange would be one, so the ground of a call is cyan. */
const yellowGround: Colour = { ...yellow, of16: 6 };
const grey: Colour = { hex: '#d0d0d0', of256: 252, of16: 7 };
const rust: Colour = { hex: '#a03000', of256: 124, of16: 1 };

const unstyled: ToneStyle = {};

/** Blue for pass and orange for fail (Okabe and Ito), so that neither red nor green carries the meaning. */
const tones: Record<Tone, { readonly text: ToneStyle; readonly ground: ToneStyle }> = {
  plain: { text: unstyled, ground: { inverse: true } },
  dim: { text: { dim: true }, ground: { dim: true } },
  strong: { text: { bold: true }, ground: { bold: true, inverse: true } },
  title: { text: { bold: true }, ground: { bold: true, inverse: true } },
  pass: { text: { ink: blue, bold: true }, ground: { ink: white, ground: blue, bold: true } },
  fail: { text: { ink: vermilion, bold: true }, ground: { ink: black, ground: orange, bold: true } },
  attention: { text: { ink: yellow, bold: true }, ground: { ink: black, ground: yellowGround, bold: true } },
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

/** The parameters of Select Graphic Rendition (ECMA-48 §8.3.117) for a look, the first of them undoing all before. */
export function formatSgrParameters(piece: Pick<TextSegment, 'tone' | 'filled'>, depth: ColourDepth): string {
  const { ink, ground, bold, dim, inverse } = getToneStyle(piece);
  const isInverse = inverse || (depth === 1 && piece.filled && INVERSE_WITHOUT_COLOURS.includes(piece.tone));
  return [
    '0',
    ...(bold ? ['1'] : []),
    ...(dim ? ['2'] : []),
    ...(isInverse ? ['7'] : []),
    ...(ink ? formatColourParameters(ink, 'ink', depth) : []),
    ...(ground ? formatColourParameters(ground, 'ground', depth) : []),
  ].join(';');
}

function formatColourParameters(
  { hex, of256, of16 }: Colour,
  place: 'ink' | 'ground',
  depth: ColourDepth,
): readonly string[] {
  const base = place === 'ink' ? 30 : 40;
  switch (depth) {
    case 1:
      return [];
    case 4:
      return [String(of16 < 8 ? base + of16 : base + 60 + of16 - 8)];
    case 8:
      return [`${base + 8};5;${of256}`];
    case 24:
      return [`${base + 8};2;${[1, 3, 5].map((at) => Number.parseInt(hex.slice(at, at + 2), 16)).join(';')}`];
  }
}
