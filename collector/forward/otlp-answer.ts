/** Reads what an OTLP receiver answers: how many records it left out, and why it refused. Anything else says nothing. */

/** Records that the receiver did not take, by its `partialSuccess`; 0 when it took all, or says nothing that is understood. */
export function rejectedIn(answer: Uint8Array, encoding: 'protobuf' | 'json' | 'snappy'): number {
  return encoding === 'json' ? rejectedInJson(answer) : rejectedInProtobuf(answer);
}

function rejectedInJson(answer: Uint8Array): number {
  try {
    const parsed: unknown = JSON.parse(Buffer.from(answer).toString());
    const partial = Object(parsed).partialSuccess ?? {};
    const count = Number(partial.rejectedSpans ?? partial.rejectedDataPoints ?? partial.rejectedLogRecords ?? 0);
    return Number.isSafeInteger(count) && count > 0 ? count : 0;
  } catch {
    return 0;
  }
}

/** Field 1 of the answer is the partial success, field 1 of that the count. */
function rejectedInProtobuf(answer: Uint8Array): number {
  if (answer[0] !== 0x0a) return 0;
  const inner = varintAt(answer, 1);
  return answer[inner.end] === 0x08 && inner.value > 0 ? varintAt(answer, inner.end + 1).value : 0;
}

/** The message of a google.rpc.Status in protobuf: its field 2; empty when there is none. */
export function statusMessageIn(answer: Uint8Array): string {
  const at = answer[0] === 0x08 ? varintAt(answer, 1).end : 0;
  if (answer[at] !== 0x12) return '';
  const { value, end } = varintAt(answer, at + 1);
  return Buffer.from(answer.subarray(end, end + value)).toString();
}

function varintAt(bytes: Uint8Array, start: number): { readonly value: number; readonly end: number } {
  let value = 0;
  let factor = 1;
  for (let at = start; at < bytes.length && at < start + 8; at += 1) {
    const byte = bytes[at] ?? 0;
    value += (byte & 0x7f) * factor;
    if (byte < 0x80) return { value, end: at + 1 };
    factor *= 0x80;
  }
  return { value: 0, end: bytes.length };
}
