// One text for one value, so that a hash of it means something: JSON after RFC 8785, keys sorted, no blanks.

/**
 * The canonical JSON of a value (RFC 8785): keys in UTF-16 order, numbers and strings as ECMAScript prints them.
 * As in JSON.stringify, undefined properties are left out and numbers that are not finite become null.
 */
export function toCanonicalJson(value: unknown): string {
  if (value === null || typeof value !== 'object') return JSON.stringify(value ?? null);
  return Array.isArray(value)
    ? formatCanonicalArray(value)
    : formatCanonicalObject(value as Readonly<Record<string, unknown>>);
}

/** Text grows by appending: a run is thousands of values, and this is most of what recording one computes. */
function formatCanonicalArray(items: readonly unknown[]): string {
  let text = '[';
  for (const item of items) text += (text.length > 1 ? ',' : '') + toCanonicalJson(item);
  return `${text}]`;
}

function formatCanonicalObject(object: Readonly<Record<string, unknown>>): string {
  let text = '{';
  for (const key of Object.keys(object).sort()) {
    const value = object[key];
    if (value !== undefined) text += `${text.length > 1 ? ',' : ''}${JSON.stringify(key)}:${toCanonicalJson(value)}`;
  }
  return `${text}}`;
}
