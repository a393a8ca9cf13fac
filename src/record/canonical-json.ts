// One text for one value, so that a hash of it means something: JSON after RFC 8785, keys sorted, no blanks.

/**
 * The canonical JSON of a value (RFC 8785): keys in UTF-16 order, numbers and strings as ECMAScript prints them.
 * As in JSON.stringify, undefined properties are left out and numbers that are not finite become null.
 */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalItem).join(',')}]`;
  if (value === null || typeof value !== 'object') return JSON.stringify(value ?? null);
  const object = value as Readonly<Record<string, unknown>>;
  const members = Object.keys(object)
    .sort()
    .filter((key) => object[key] !== undefined)
    .map((key) => `${JSON.stringify(key)}:${canonicalJson(object[key])}`);
  return `{${members.join(',')}}`;
}

function canonicalItem(item: unknown): string {
  return canonicalJson(item);
}
