/** Turns OTLP/JSON into the protobuf that is stored. */
import { AppError } from '../../../src/kernel/errors.ts';
import { pathAt } from './json-path.ts';
import { JsonProblem } from './json-reader.ts';
import { logRequest, type Shape, traceRequest } from './json-shapes.ts';
import { type JsonObject, malformedJson, parseJsonBody } from './json-values.ts';
import { walkJson } from './json-walk.ts';

/**
 * An ExportTraceServiceRequest in protobuf, good until the next call; unknown members are dropped, ids that are no hexadecimal too
 * (their spans are rejected one by one), and of a member that is said twice the last counts.
 * @throws OTLP_MALFORMED naming the member, or the position when it is no JSON
 */
export function transcodeTraces(body: Uint8Array): Uint8Array {
  return transcode(traceRequest, body);
}

/** An ExportLogsServiceRequest, as {@link transcodeTraces}. @throws OTLP_MALFORMED */
export function transcodeLogs(body: Uint8Array): Uint8Array {
  return transcode(logRequest, body);
}

function transcode(shape: Shape, body: Uint8Array): Uint8Array {
  try {
    return walkJson(shape, body);
  } catch (problem) {
    if (problem instanceof JsonProblem) return walkAgain(shape, body, problem);
    throw problem;
  }
}

/** What the walk does not like `JSON.parse` judges: it says where the error is, or leaves one of each member, and no doubt is left. */
function walkAgain(shape: Shape, body: Uint8Array, first: JsonProblem): Uint8Array {
  const plain = plainJson(parseJsonBody(body));
  if (plain === null) throw located(body, first.at, first.what || 'is nested too deeply');
  try {
    return walkJson(shape, plain);
  } catch (problem) {
    if (!(problem instanceof JsonProblem)) throw problem;
    if (problem.what === '') throw new AppError('INTERNAL', `valid JSON was not understood at byte ${problem.at}`);
    throw located(plain, problem.at, problem.what);
  }
}

/** Each member once, the last of its name; null when that is nested too deeply. */
function plainJson(parsed: JsonObject): Uint8Array | null {
  try {
    return Buffer.from(JSON.stringify(parsed, withoutInfinity));
  } catch (error) {
    if (error instanceof RangeError) return null;
    throw error;
  }
}

function located(json: Uint8Array, at: number, what: string): AppError {
  return malformedJson(pathAt(json, at) || 'the body', what);
}

/** A number beyond all doubles would become `null`, which is another thing: as a double it is infinite, anywhere else too large. */
function withoutInfinity(name: string, value: unknown): unknown {
  if (value !== Infinity && value !== -Infinity) return value;
  return name === 'doubleValue' ? String(value) : Math.sign(value) * Number.MAX_VALUE;
}
