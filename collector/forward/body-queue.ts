/** The writer's side: puts accepted bodies into the queue, in the transaction that stores them. */
import { constants, zstdCompressSync } from 'node:zlib';
import type { Database, Statement } from 'better-sqlite3';
import { attribute } from '../../src/kernel/conventions.ts';
import {
  dropOldestStatements,
  enqueueStatement,
  otlpLanes,
  type QueuedContent,
  type QueueStatement,
  registerStatement,
} from './lanes.ts';

/** Which targets take OTLP bodies, and how many bytes may wait for all of them together. */
export interface BodyQueueSetup {
  readonly targets: readonly string[];
  readonly maxBytes: number;
}

const params = { [constants.ZSTD_c_compressionLevel]: 1 };
const syntheticMark = Buffer.from(attribute.synthetic);

/** Made anew after a failed transaction. Writes inside the caller's. */
export class BodyQueue {
  readonly #db: Database;
  readonly #setup: BodyQueueSetup;
  readonly #prepared = new Map<string, Statement>();
  #isRegistered = false;

  constructor(db: Database, setup: BodyQueueSetup) {
    this.#db = db;
    this.#setup = setup;
  }

  /** Simulated telemetry stays at home: whatever carries its mark. */
  add(lane: QueuedContent['lane'], encoding: 'protobuf' | 'json', body: Uint8Array, atMs: number, via: string): void {
    if (this.#setup.targets.length === 0) return;
    if (Buffer.from(body.buffer, body.byteOffset, body.byteLength).includes(syntheticMark)) return;
    this.#register();
    const compressed = zstdCompressSync(body, { params });
    this.#run([enqueueStatement({ lane, encoding, records: 0, body: compressed, atMs, via })]);
    this.#run(dropOldestStatements(this.#db, this.#setup.maxBytes));
  }

  #register(): void {
    if (this.#isRegistered) return;
    this.#isRegistered = true;
    this.#run(this.#setup.targets.flatMap((target) => otlpLanes.map((lane) => registerStatement(target, lane))));
  }

  #run(statements: readonly QueueStatement[]): void {
    for (const { sql, params: values } of statements) {
      const statement = this.#prepared.get(sql) ?? this.#db.prepare(sql);
      this.#prepared.set(sql, statement);
      statement.run(...values);
    }
  }
}
