// Texts of a recipe with the unit's own values in them: {label}, {device id}; every name is known when the recipe is loaded.
import { z } from 'zod';
import { StationError } from '../../base/station-error.ts';
import type { UnitIdentity } from '../../domain/unit/unit.ts';
import { type StepContext, type UnitValueName, unitValueNames } from '../step.ts';
import { suggestKnownWord } from '../yaml/nearest-word.ts';

/** A text cut at its places: what stands there as it is, and names of values. */
export type UnitText = readonly (string | { readonly value: UnitValueName })[];

/** A name in braces is a place, in double braces it is itself; braces about anything else, as JSON has them, are text. */
const PLACE = /\{\{([A-Za-z][\w .-]*)\}\}|\{([A-Za-z][\w .-]*)\}/g;

/** How a recipe writes such a text; a name that is not known is told where it stands. */
export const unitTextSchema = z.string().transform((written, context): UnitText => {
  const parts: (string | { value: UnitValueName })[] = [];
  let end = 0;
  for (const { 0: whole, 1: literal, 2: name, index } of written.matchAll(PLACE)) {
    parts.push(written.slice(end, index));
    end = index + whole.length;
    if (literal !== undefined) parts.push(`{${literal}}`);
    else if (isUnitValueName(name)) parts.push({ value: name });
    else {
      const hint = `${suggestKnownWord(name!, unitValueNames)}; braces that are meant as they are: {{${name}}}`;
      context.addIssue({
        code: 'custom',
        message: `no value of a unit is called "${name}"`,
        params: { word: whole, hint },
      });
    }
  }
  parts.push(written.slice(end));
  return parts.filter((part) => part !== '');
});

function isUnitValueName(name: string | undefined): name is UnitValueName {
  return (unitValueNames as readonly (string | undefined)[]).includes(name);
}

/** The values that a text asks for. */
export function listValuesAsked(text: UnitText): readonly UnitValueName[] {
  return text.flatMap((part) => (typeof part === 'string' ? [] : [part.value]));
}

/** The text for this unit. Throws StationError `recipe/unknown-value` where a value is not known yet. */
export function resolveUnitText(text: UnitText, context: Pick<StepContext, 'unit' | 'fixture' | 'step'>): string {
  return text.map((part) => (typeof part === 'string' ? part : readUnitValue(part.value, context))).join('');
}

function readUnitValue(
  name: UnitValueName,
  { unit, fixture, step }: Pick<StepContext, 'unit' | 'fixture' | 'step'>,
): string {
  const { label, deviceId, macAddress }: UnitIdentity = unit.identity;
  const value = { label, 'device id': deviceId, 'MAC address': macAddress, 'port path': fixture.portPath }[name];
  if (value !== undefined && value !== '') return value;
  throw new StationError({
    code: 'recipe/unknown-value',
    message: `step ${step.id} asks for the ${name} of the unit, which nothing before it has told`,
    hint: 'put the step after the one that learns it, such as serial-verify or identity-check',
  });
}
