/** Makes the queue of forwarding consistent again after a damaged file lost rows. */
import type { Repair } from '../../src/store/index.ts';

/** The size is what is there; a target whose place is gone begins anew, and what waited for it is said. */
export const repairQueue: Repair = (db, tables) => {
  db.exec('UPDATE forward_size SET bytes = (SELECT coalesce(sum(bytes), 0) FROM forward_queue)');
  const isLost = tables.some(({ table, lost }) => table === 'forward_cursors' && lost.length > 0);
  const waiting = db.prepare<[], number>('SELECT count(*) FROM forward_queue').pluck().get() ?? 0;
  if (!isLost || waiting === 0) return [];
  return [`how far forwarding had come: up to ${waiting} bodies that waited may not be sent on`];
};
