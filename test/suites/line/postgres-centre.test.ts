// The contract of the centre against PostgreSQL.
import { admitStation, suspendStation } from '../../../src/line/postgres/administer-centre.ts';
import { migrateCentre } from '../../../src/line/postgres/migrate-centre.ts';
import { openPostgresCentre } from '../../../src/line/postgres/postgres-centre.ts';
import { testCentre } from '../../line/centre-contract.ts';
import { ADMIN_PASSWORD, startDatabaseServer } from './server.ts';

testCentre('in PostgreSQL', async () => {
  const server = startDatabaseServer();
  server.createDatabase('line');
  const urlFor = (user: string, password: string): string => {
    const url = new URL(server.url(user, 'line'));
    url.password = password;
    return url.href;
  };
  const administrator = urlFor('postgres', ADMIN_PASSWORD);
  await migrateCentre(administrator);
  const passwords = new Map<string, string>();
  return {
    admit: async (name) => {
      const { password } = await admitStation(administrator, name);
      if (password !== null) passwords.set(name, password);
    },
    suspend: (name) => suspendStation(administrator, name),
    open: (name) => openPostgresCentre(urlFor(name, passwords.get(name)!)),
    close: async () => server.remove(),
  };
});
