// One row of the table as a process of its own: node scenario.child.ts FILE FORM; sends what came of it to its parent.
import { join } from 'node:path';
import type { FaultRow, Form, RowResult } from './scenario.ts';

const [file, form] = process.argv.slice(2) as [string, Form];
const { row } = (await import(join(import.meta.dirname, file))) as { row: FaultRow };
const result: RowResult = await row.run(form).catch((error: unknown) => ({
  count: 0,
  failures: [error instanceof Error ? (error.stack ?? error.message) : String(error)],
  note: 'the row itself broke',
}));
process.send!(result, () => process.disconnect());
