// Tells a scanner that types from a person's keys: by prefix, by speed, and by the Enter or Tab that ends a scan.

/** Longest code that is taken in; what is longer is dropped whole. */
export const MAX_SCAN_LENGTH = 256;
/** Keys this close together come from a scanner; fingers need about twice as long. */
export const SCANNER_KEY_GAP_MS = 60;
/** A key after which nothing comes for so long was pressed by a person: it acts now. */
export const KEY_IDLE_MS = 250;
/** A scan that stops short (a slow line) is waited for so long before it is forgotten. */
export const SCAN_IDLE_MS = 2_000;
/** Text of this length that is ended by Enter is a code, whoever typed it; fixtures and answers are shorter. */
const MIN_CODE_LENGTH = 4;

export interface DecoderState {
  readonly pending: string;
  readonly lastAtMs: number;
  /** Gaps between the pending characters that were too long for a scanner. */
  readonly slowGapCount: number;
  readonly overflowed: boolean;
}

/** Keys are `ended` when Enter followed. */
export type DecodedInput =
  | { readonly kind: 'scan'; readonly text: string }
  | { readonly kind: 'keys'; readonly text: string; readonly ended: boolean };

export interface DecodeResult {
  readonly state: DecoderState;
  readonly decoded: readonly DecodedInput[];
}

export const emptyDecoder: DecoderState = { pending: '', lastAtMs: 0, slowGapCount: 0, overflowed: false };

/**
 * Takes in what the terminal delivered at once. A text is a scan when it came, with the Enter or Tab that ends it, at a
 * scanner's speed, when it has the station's prefix, or when it is long enough for a code; anything else is keys. Nothing
 * is given out before it is clear which.
 */
export function decodeInput(state: DecoderState, chunk: string, atMs: number, prefix = ''): DecodeResult {
  const flushed = flushIdle(state, atMs);
  const decoded: DecodedInput[] = [...flushed.decoded];
  let current = flushed.state;
  for (const character of chunk) {
    if (character !== '\r' && character !== '\n' && character !== '\t') {
      // GS separates the fields of GS1 codes; other control characters are a scanner's framing.
      if (character >= ' ' || character === '\u001d') current = appendCharacter(current, character, atMs);
      continue;
    }
    decoded.push(...finishInput(countSlowGap(current, atMs), character, prefix));
    current = { ...emptyDecoder, lastAtMs: atMs };
  }
  return { state: current, decoded };
}

/**
 * Input while a person writes a text, or undefined where it is a scanner's burst. Letters are given out at once; an Enter
 * as close to the letter before as a scanner's ends nothing, so that no scanned code is taken for a person's text.
 */
export function decodeWriting(chunk: string, atMs: number, lastAtMs: number): readonly DecodedInput[] | undefined {
  if (chunk.length >= MIN_CODE_LENGTH) return undefined;
  return [...chunk].flatMap((character, at): readonly DecodedInput[] => {
    if (character >= ' ') return [{ kind: 'keys', text: character, ended: false }];
    const isEnd = (character === '\r' || character === '\n') && at === 0 && atMs - lastAtMs > SCANNER_KEY_GAP_MS;
    return isEnd ? [{ kind: 'keys', text: '', ended: true }] : [];
  });
}

/** Pasted text: every line of it is a code, also one that no Enter ends. */
export function decodePaste(text: string, prefix = ''): readonly DecodedInput[] {
  return decodeInput(emptyDecoder, `${text}\r`, 0, prefix).decoded.filter((item) => item.kind === 'scan');
}

/** What came and was not ended: a key of a person after a short silence; the start of a scan is waited for, then dropped. */
export function flushIdle(state: DecoderState, atMs: number): DecodeResult {
  const { pending, overflowed } = state;
  if (pending === '') return { state, decoded: [] };
  const isScanStart = overflowed || (pending.length > 1 && isScannerSpeed(state));
  if (atMs - state.lastAtMs < (isScanStart ? SCAN_IDLE_MS : KEY_IDLE_MS)) return { state, decoded: [] };
  return { state: emptyDecoder, decoded: isScanStart ? [] : [{ kind: 'keys', text: pending, ended: false }] };
}

function appendCharacter(state: DecoderState, character: string, atMs: number): DecoderState {
  if (state.overflowed || state.pending.length >= MAX_SCAN_LENGTH)
    return { ...state, overflowed: true, lastAtMs: atMs };
  return { ...countSlowGap(state, atMs), pending: state.pending + character, lastAtMs: atMs };
}

function countSlowGap(state: DecoderState, atMs: number): DecoderState {
  const isSlow = state.pending !== '' && atMs - state.lastAtMs > SCANNER_KEY_GAP_MS;
  return { ...state, slowGapCount: state.slowGapCount + (isSlow ? 1 : 0) };
}

/** At a scanner's speed but for a few gaps, in which the line hung. */
function isScannerSpeed({ pending, slowGapCount }: DecoderState): boolean {
  return 2 * slowGapCount < pending.length;
}

function finishInput(state: DecoderState, end: string, prefix: string): readonly DecodedInput[] {
  const { pending, overflowed } = state;
  if (overflowed) return [];
  if (pending === '') return end === '\t' ? [] : [{ kind: 'keys', text: '', ended: true }];
  const hasPrefix = prefix !== '' && pending.startsWith(prefix);
  if (!hasPrefix && !isScannerSpeed(state) && pending.length < MIN_CODE_LENGTH)
    return [{ kind: 'keys', text: pending, ended: true }];
  const text = stripSymbology(hasPrefix ? pending.slice(prefix.length) : pending);
  return text === '' ? [] : [{ kind: 'scan', text }];
}

/** Scanners may put an AIM symbology identifier in front: `]d2`, `]C1` (ISO/IEC 15424). */
function stripSymbology(text: string): string {
  return text.replace(/^\][A-Za-z][0-9A-Za-z]/, '');
}
