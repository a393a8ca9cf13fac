// Which centre a verb speaks to.
import { createArgumentError } from '../../options/arguments.ts';

/** The URL that was given. Throws StationError `cli/argument` for none, and for one with a password in it. */
export function requireCentreUrl(url: string | undefined): string {
  if (url === undefined) {
    throw createArgumentError(
      'no centre is named',
      'give --centre postgresql://user@host/database, or FLASHLINE_CENTRE',
    );
  }
  if (!/^postgres(ql)?:\/\//.test(url)) {
    throw createArgumentError(
      'the centre is no URL of a PostgreSQL database',
      'write it as postgresql://user@host/database',
    );
  }
  if (/^[^/]*\/\/[^/@]*:[^/@]*@/.test(url)) {
    throw createArgumentError(
      'the URL of the centre holds a password, which everybody on this machine could read',
      'give it in PGPASSWORD, or in a password file (PGPASSFILE)',
    );
  }
  return url;
}
