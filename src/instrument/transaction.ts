/** Which database transactions are open on this thread, and which domains have worked inside each. */

/** One open transaction; better-sqlite3 runs on the caller's thread, so whatever runs while it is open is inside it. */
export interface OpenTransaction {
  readonly domains: Set<string>;
}

const open = new Set<OpenTransaction>();

/** True while any wrapped database has a transaction open. */
export function isInTransaction(): boolean {
  return open.size > 0;
}

export function openTransaction(): OpenTransaction {
  const transaction: OpenTransaction = { domains: new Set() };
  open.add(transaction);
  return transaction;
}

export function closeTransaction(transaction: OpenTransaction): void {
  open.delete(transaction);
}
