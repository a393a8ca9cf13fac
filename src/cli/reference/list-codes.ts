// What can go wrong, as entries of the reference: failures of units with their symptoms, trouble of the station, exit codes.
import { stationErrors } from '../../base/station-error-codes.ts';
import { type FailureCode, failureCodes } from '../../domain/run/failure.ts';
import { suspectLabels } from '../../domain/run/verdict.ts';
import { symptomTable } from '../../verdict/symptoms/diagnose.ts';
import { failureClasses } from '../../verdict/symptoms/failure-class.ts';
import type { Symptom } from '../../verdict/symptoms/symptom.ts';
import { exitCodes, exitCodeTexts } from '../output/exit-codes.ts';
import type { ReferenceEntry } from './reference-entry.ts';

export function listCodes(): readonly ReferenceEntry[] {
  return [...listFailureClasses(), ...listFailureCodes(), ...listStationErrors(), ...listExitCodes()];
}

function listFailureClasses(): readonly ReferenceEntry[] {
  return Object.entries(failureClasses).map(([word, text]) => ({
    word,
    kind: 'failure class',
    means: `The unit ${text}.`,
    facts: [],
  }));
}

function listFailureCodes(): readonly ReferenceEntry[] {
  return Object.entries(failureCodes).map(([word, text]) => ({
    word,
    kind: 'failure code',
    means: `${text}.`,
    facts: symptomTable[word as FailureCode].map(describeSymptom),
  }));
}

function describeSymptom(symptom: Symptom): readonly [string, string] {
  const suspects = symptom.suspects.map((suspect) => suspectLabels[suspect]).join(', then ');
  return [
    `Symptom ${symptom.id}, class ${symptom.class}`,
    `${symptom.operator} ${symptom.engineer} First suspicion: ${suspects}.`,
  ];
}

function listStationErrors(): readonly ReferenceEntry[] {
  return Object.entries(stationErrors).map(([word, { kind, means, remedy }]) => ({
    word,
    kind: 'station error',
    means,
    facts: [
      ['Do next', remedy],
      [
        'Who acts',
        kind === 'input'
          ? `Whoever wrote the file or typed the argument (exit code ${exitCodes.usage}).`
          : `Whoever keeps the bench and the machine (exit code ${exitCodes.station}).`,
      ],
    ],
  }));
}

function listExitCodes(): readonly ReferenceEntry[] {
  return exitCodeTexts.map(([code, text]) => ({
    word: `exit code ${code}`,
    kind: 'exit code',
    means: `${text[0]!.toUpperCase()}${text.slice(1)}.`,
    facts: [],
  }));
}
