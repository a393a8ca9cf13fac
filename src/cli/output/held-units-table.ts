// Units that wait, as a table: the oldest first, what is overdue marked, and how many wait for whom.
import { toVisibleText } from '../../base/visible-text.ts';
import { actorLabels, type HeldUnit } from '../../domain/decisions/held-unit.ts';
import { formatShortDuration } from '../../screen/messages/durations.ts';

/** One line per unit, then how many wait for whom. */
export function formatHeldUnits(units: readonly HeldUnit[], nowMs: number): string {
  if (units.length === 0) return 'no unit waits: everything that is known is decided\n';
  const rows = units.map((unit) => formatRow(unit, nowMs));
  const overdue = units.filter(({ due }) => Date.parse(due) < nowMs).length;
  const byActor = [...Map.groupBy(units, ({ who }) => actorLabels[who])].map(
    ([who, ofThem]) => `${ofThem.length} for ${who}`,
  );
  const total = `${units.length} unit${units.length === 1 ? '' : 's'} waiting: ${byActor.join(', ')}${overdue > 0 ? `; ${overdue} OVERDUE, tell quality` : ''}`;
  return `${[HEADER, ...rows, '', total].join('\n')}\n`;
}

const HEADER = formatCells('unit', 'waits', 'stands at', 'who must act', 'what');

function formatRow({ unit, since, due, disposition, rule, who, act }: HeldUnit, nowMs: number): string {
  const waits = formatShortDuration(nowMs - Date.parse(since));
  const isOverdue = Date.parse(due) < nowMs;
  return toVisibleText(
    formatCells(unit, waits, `${disposition} ${rule}`, actorLabels[who], `${isOverdue ? 'OVERDUE: ' : ''}${act}`),
  );
}

function formatCells(unit: string, waits: string, standing: string, who: string, act: string): string {
  return `${unit.padEnd(26)}${waits.padEnd(10)}${standing.padEnd(22)}${who.padEnd(26)}${act}`.trimEnd();
}
