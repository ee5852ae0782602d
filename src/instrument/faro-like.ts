/** Faro as far as a page's correlation needs it; types alone. */

/** What is needed of Faro after `initializeFaro`. */
export interface FaroLike {
  readonly api: {
    readonly pushTraces: (traces: never) => void;
    readonly pushMeasurement: (
      measurement: { type: string; values: Record<string, number> },
      options?: { context?: Record<string, string>; skipDedupe?: boolean },
    ) => void;
    readonly initOTEL: (trace: never, context: never) => void;
  };
  readonly metas: { readonly add: (...items: (() => object)[]) => void };
}
