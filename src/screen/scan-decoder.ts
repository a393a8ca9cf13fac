// Tells a scanner that types from a person's keys: by prefix, by speed, and by the Enter or Tab that ends a scan.

/** Longest code that is taken in; what is longer is dropped whole. */
export const MAX_SCAN_LENGTH = 256;
/** Keys this close together come from a scanner; people need at least twice as long. */
export const SCANNER_KEY_GAP_MS = 45;
/** After this silence an unfinished scan is forgotten. */
export const SCAN_IDLE_MS = 400;
/** Shortest text that speed alone makes a scan. */
const SHORTEST_BURST = 4;

export interface DecoderState {
  readonly pending: string;
  readonly lastAtMs: number;
  /** Longest gap between the pending characters. */
  readonly slowestGapMs: number;
  readonly overflowed: boolean;
}

export type Decoded =
  | { readonly kind: 'scan'; readonly text: string }
  | { readonly kind: 'keys'; readonly text: string; readonly ended: boolean };

export const emptyDecoder: DecoderState = { pending: '', lastAtMs: 0, slowestGapMs: 0, overflowed: false };

/**
 * Takes in what the terminal delivered at once. A finished text is a scan when it came in one burst, or key by key at a
 * scanner's speed, or with the station's scanner prefix; anything else is keys. Nothing is given out before it is clear.
 */
export function decodeInput(
  state: DecoderState,
  chunk: string,
  atMs: number,
  prefix = '',
): { state: DecoderState; decoded: readonly Decoded[] } {
  const flushed = flushIdle(state, atMs);
  const decoded: Decoded[] = [...flushed.decoded];
  let current = flushed.state;
  const isBurst = [...chunk].length >= SHORTEST_BURST;
  for (const character of chunk) {
    if (character === '\r' || character === '\n' || character === '\t') {
      if (current.pending !== '' || current.overflowed) decoded.push(...finish(current, isBurst, prefix));
      else if (character !== '\t') decoded.push({ kind: 'keys', text: '', ended: true });
      current = { ...emptyDecoder, lastAtMs: atMs };
      continue;
    }
    if (character < ' ' && character !== '\u001d') continue;
    current = append(current, character, atMs);
  }
  return { state: current, decoded };
}

/** What was typed and not ended within the idle time was a person's key strokes. */
export function flushIdle(state: DecoderState, atMs: number): { state: DecoderState; decoded: readonly Decoded[] } {
  if (state.pending === '' || atMs - state.lastAtMs < SCAN_IDLE_MS) return { state, decoded: [] };
  return {
    state: emptyDecoder,
    decoded: state.overflowed ? [] : [{ kind: 'keys', text: state.pending, ended: false }],
  };
}

function append(state: DecoderState, character: string, atMs: number): DecoderState {
  const gapMs = state.pending === '' ? 0 : atMs - state.lastAtMs;
  if (state.overflowed || state.pending.length >= MAX_SCAN_LENGTH)
    return { ...state, overflowed: true, lastAtMs: atMs };
  return {
    pending: state.pending + character,
    lastAtMs: atMs,
    slowestGapMs: Math.max(state.slowestGapMs, gapMs),
    overflowed: false,
  };
}

function finish(state: DecoderState, isBurst: boolean, prefix: string): readonly Decoded[] {
  if (state.overflowed) return [];
  if (prefix !== '' && state.pending.startsWith(prefix))
    return [{ kind: 'scan', text: withoutSymbology(state.pending.slice(prefix.length)) }];
  const isFast = state.pending.length >= SHORTEST_BURST && state.slowestGapMs <= SCANNER_KEY_GAP_MS;
  if (isBurst || isFast) return [{ kind: 'scan', text: withoutSymbology(state.pending) }];
  return [{ kind: 'keys', text: state.pending, ended: true }];
}

/** Scanners may put an AIM symbology identifier in front: `]d2`, `]C1`. */
function withoutSymbology(text: string): string {
  return text.replace(/^\][A-Za-z][0-9A-Za-z]/, '');
}
