/** What the writer hands over for one stored frame of spans; the seam between counting and span storage. */

/** Bodies are whole ExportTraceServiceRequest messages in protobuf; concatenated they are again one. Times are Unix ms. */
export interface FrameInput {
  readonly bodies: readonly Uint8Array[];
  readonly spanCount: number;
  readonly minStartMs: number;
  readonly maxEndMs: number;
  readonly maxDurationMs: number;
  readonly errorCount: number;
  readonly synthetic: boolean;
  readonly domains: ReadonlySet<string>;
  /** 32-bit tags of all trace ids and correlation ids of the frame, without repeats, in no order. */
  readonly keys: Uint32Array;
}
