/** Reads what folders keep in the one file, over a connection of its own. */
import { openReadOnly } from '../store/index.ts';

/** What `read` finds in the file, which must exist: the collector makes it when it opens. */
export function readStored<T>(file: string, read: (db: ReturnType<typeof openReadOnly>) => T): T {
  const db = openReadOnly(file);
  try {
    return read(db);
  } finally {
    db.close();
  }
}
