/** One row of the domain catalogue. */

/** P0 first. */
export type DomainPriority = 'P0' | 'P1' | 'P2' | 'P3' | 'P4' | 'P5';

/** A domain as the documents describe it; empty lists mean that the documents name none. */
export interface Domain {
  readonly id: string;
  readonly title: string;
  /** Source file of the monolith, such as `search.ts`; null when no document names one. */
  readonly module: string | null;
  readonly priority: DomainPriority | null;
  /** Operation ids as telemetry carries them; `http` is method + route template, or null for internal ones. */
  readonly operations: readonly { readonly id: string; readonly http: string | null }[];
  /** Tables the domain owns. */
  readonly tables: readonly string[];
  /** Metric names of its own, besides `domain.request.duration`. */
  readonly signals: readonly string[];
  /** Canonical event names. */
  readonly emits: readonly string[];
  readonly consumes: readonly string[];
  /** Other spelling → canonical event name, of the events above. */
  readonly aliases: Readonly<Record<string, string>>;
  /** Method + route template, such as `GET /api/search`. */
  readonly api: readonly string[];
  /** Ids of other domains. */
  readonly dependsOn: readonly string[];
  readonly linesOfCode: number | null;
  /** False when a document says never, or that it has no independent scaling. */
  readonly extractable: boolean;
  readonly notes: readonly string[];
  /** Document and section. */
  readonly source: string;
}
