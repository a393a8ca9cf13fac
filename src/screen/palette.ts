// How each tone looks: colours that a colour-blind eye keeps apart, always beside a word and a sign.
import type { TextProps } from 'ink';
import type { Segment, Tone } from './line.ts';

type Look = Pick<TextProps, 'color' | 'backgroundColor' | 'bold' | 'dimColor' | 'inverse'>;

const unstyled: Look = {};

/** Blue for pass and orange for fail (Okabe and Ito), so that neither red nor green carries the meaning. */
const tones: Record<Tone, { readonly text: Look; readonly ground: Look }> = {
  plain: { text: unstyled, ground: { inverse: true } },
  dim: { text: { dimColor: true }, ground: { dimColor: true } },
  strong: { text: { bold: true }, ground: { bold: true, inverse: true } },
  title: { text: { bold: true }, ground: { bold: true, inverse: true } },
  pass: {
    text: { color: '#0072b2', bold: true },
    ground: { color: '#ffffff', backgroundColor: '#0072b2', bold: true },
  },
  fail: {
    text: { color: '#d55e00', bold: true },
    ground: { color: '#000000', backgroundColor: '#e69f00', bold: true },
  },
  attention: {
    text: { color: '#f0e442', bold: true },
    ground: { color: '#000000', backgroundColor: '#f0e442', bold: true },
  },
  stopped: {
    text: { color: '#d0d0d0', bold: true },
    ground: { color: '#000000', backgroundColor: '#d0d0d0', bold: true },
  },
  running: { text: unstyled, ground: unstyled },
  alarm: {
    text: { color: '#d55e00', bold: true },
    ground: { color: '#ffffff', backgroundColor: '#a03000', bold: true },
  },
  chosen: { text: { bold: true, inverse: true }, ground: { bold: true, inverse: true } },
};

/** Ink's properties for a piece of text. */
export function lookOf(piece: Segment): Look {
  return piece.filled ? tones[piece.tone].ground : tones[piece.tone].text;
}
