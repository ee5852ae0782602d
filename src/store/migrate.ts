/** Brings the tables of every folder to the version its code knows, and refuses a database from a newer program. */
import type { Database } from 'better-sqlite3';
import { AppError } from '../kernel/errors.ts';

/** One step of one folder's tables. `version` counts from 1 per owner without gaps; `sql` may hold several statements. */
export interface Migration {
  readonly owner: string;
  readonly version: number;
  readonly sql: string;
}

/**
 * Applies what is missing, in the order given, each step in a transaction of its own together with its record.
 * @throws DATA_DIR_UNUSABLE when the database holds a step that this program does not know
 */
export function migrate(db: Database, file: string, migrations: readonly Migration[]): void {
  db.exec('CREATE TABLE IF NOT EXISTS schema_steps (owner TEXT, version INTEGER, PRIMARY KEY (owner, version)) STRICT');
  const rows = db.prepare<[], { owner: string; version: number }>(
    'SELECT owner, max(version) AS version FROM schema_steps GROUP BY owner',
  );
  const applied = new Map(rows.all().map((row) => [row.owner, row.version]));
  refuseNewer(file, applied, migrations);
  const record = db.prepare('INSERT INTO schema_steps (owner, version) VALUES (?, ?)');
  for (const { owner, version, sql } of migrations) {
    if (version <= (applied.get(owner) ?? 0)) continue;
    db.transaction(() => {
      db.exec(sql);
      record.run(owner, version);
    })();
  }
}

function refuseNewer(file: string, applied: ReadonlyMap<string, number>, migrations: readonly Migration[]): void {
  for (const owner of new Set(migrations.map((step) => step.owner))) {
    const known = Math.max(...migrations.filter((step) => step.owner === owner).map((step) => step.version));
    const found = applied.get(owner) ?? 0;
    if (found <= known) continue;
    throw new AppError(
      'DATA_DIR_UNUSABLE',
      `database "${file}": the tables of "${owner}" are at version ${found}, this program knows up to ${known}; ` +
        'run the newer program again, or choose another directory with --data',
      { details: { owner, found, known } },
    );
  }
}
