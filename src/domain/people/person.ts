// Who a person is at the station: a name and one role.

/** From the person at the bench to the one who answers for what ships. */
export const roles = ['operator', 'technician', 'engineer', 'quality'] as const;

export type Role = (typeof roles)[number];

/** A person as the record names them. */
export interface Person {
  readonly id: string;
  readonly role: Role;
}

/** What takes no room in a name: it makes no second person (Unicode, Default_Ignorable_Code_Point, and controls). */
const UNSEEN = /[\p{Default_Ignorable_Code_Point}\p{Cf}\p{Cc}\u2800]/gu;

/** A name with case, encoding, blanks and what cannot be seen evened out, so that one person cannot sign as two. */
export function normalizePersonName(name: string): string {
  const seen = name
    .replace(/[\t\n\v\f\r]/g, ' ')
    .normalize('NFKC')
    .replace(UNSEEN, '');
  return seen.trim().replace(/\s+/g, ' ').toLocaleUpperCase('en').toLocaleLowerCase('en').normalize('NFKC');
}

/** Whether two names are one person's. */
export function isSamePerson(left: string, right: string): boolean {
  return normalizePersonName(left) === normalizePersonName(right);
}

/** The person of that name among those whom a station file lists; undefined when it does not list them. */
export function findPersonByName(people: readonly Person[], name: string): Person | undefined {
  return people.find(({ id }) => isSamePerson(id, name));
}
