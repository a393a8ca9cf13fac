// Symptoms of identity: who a unit is, is in doubt.
import type { FailureCode } from '../../domain/run/failure.ts';
import type { Symptom, SymptomRows } from './symptom.ts';

const createIdentitySymptom = (id: string, operator: string, engineer: string): Symptom => ({
  id,
  class: 'F13',
  operator,
  engineer,
  suspects: ['handling'],
});

/** Rows for `identity/*`. */
export const identitySymptoms = {
  'identity/swapped': [
    createIdentitySymptom(
      'P6',
      'Another unit took this one’s place during the run.',
      'The identity seen later in the run is not the one it began with. What was flashed and what was checked are two units: neither is passed or failed by this run. Find both and run each from the start.',
    ),
  ],
  'identity/mismatch': [
    createIdentitySymptom(
      'P7',
      'This unit’s identities contradict each other.',
      'Device id, label and keys do not belong together. All Photons before 0.6.0 share one DFU serial (…010C), which proves nothing (G15); the others are unique. Check the label, then the history of both numbers.',
    ),
  ],
  'identity/not-proven': [
    createIdentitySymptom(
      'G15',
      'It cannot be proven that this is the unit the run began with.',
      'The recipe asks for a proof and there is none: all Photons before 0.6.0 share one DFU serial (…010C), so only the device id over serial or the keys in the DCT can tell them apart. Update the bootloader, or let the recipe record the identity as not proven.',
    ),
  ],
  'identity/label-reused': [
    createIdentitySymptom(
      'P9',
      'This label was already used on another unit.',
      'The label is on record for another device id. One of the two carries a wrong label; hold both until it is known which.',
    ),
  ],
  'identity/unit-relabelled': [
    createIdentitySymptom(
      'P10',
      'This unit is on record under another label.',
      'The device id was seen before with another label. Either the label was changed without record or two were mixed up; hold the unit.',
    ),
  ],
  'identity/present-twice': [
    createIdentitySymptom(
      'P11',
      'The same unit is in two fixtures.',
      'Two ports show one identity at the same time. That is a copied id, a copied key, or ports that are crossed. Hold both.',
    ),
  ],
  'identity/no-earlier-operation': [
    createIdentitySymptom(
      'P12',
      'This unit skipped an earlier operation.',
      'The recipe expects a passed run of an earlier operation and none is on record. Send it back there.',
    ),
  ],
} as const satisfies Partial<Record<FailureCode, SymptomRows>>;
