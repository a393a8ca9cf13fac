// The shape of one word of the reference: `flashline explain` prints it, and a page of docs/reference lists it.

/** The pages of the reference, in the order of its contents. */
export const referenceKinds = {
  'recipe key': 'recipe',
  step: 'steps',
  'station key': 'station',
  rule: 'rules',
  'stop rule': 'rules',
  'failure class': 'failures',
  'failure code': 'failures',
  'station error': 'errors',
  'exit code': 'errors',
} as const;

export type ReferenceKind = keyof typeof referenceKinds;

export interface ReferenceEntry {
  /** As it is written or printed: `D8b`, `dfu/erase-stalled`, `policy › signatures`. */
  readonly word: string;
  readonly kind: ReferenceKind;
  /** What it is, in a sentence. */
  readonly means: string;
  /** What else is to be known, label and text, in order. */
  readonly facts: readonly (readonly [label: string, text: string])[];
}
