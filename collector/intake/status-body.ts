/** google.rpc.Status with its details, in protobuf and in JSON (googleapis: google/rpc/status.proto, error_details.proto). */
import { ProtoWriter } from './wire/index.ts';
import type { Encoding } from './writer-messages.ts';

/** `rpc` is the code; a wait becomes a RetryInfo, `isBadRequest` a BadRequest that repeats the message as its violation. */
export interface RpcStatus {
  readonly rpc: number;
  readonly message: string;
  readonly retryAfterSeconds: number | null;
  readonly isBadRequest: boolean;
}

const typePrefix = 'type.googleapis.com/google.rpc.';

/** The whole body of an error's response. */
export function statusBody(encoding: Encoding, status: RpcStatus): Uint8Array {
  return encoding === 'json' ? statusJson(status) : statusProtobuf(status);
}

function statusJson({ rpc, message, retryAfterSeconds, isBadRequest }: RpcStatus): Uint8Array {
  const details: object[] = [];
  if (isBadRequest) {
    details.push({ '@type': `${typePrefix}BadRequest`, fieldViolations: [{ field: 'body', description: message }] });
  }
  if (retryAfterSeconds !== null) {
    details.push({ '@type': `${typePrefix}RetryInfo`, retryDelay: `${retryAfterSeconds}s` });
  }
  return Buffer.from(JSON.stringify(details.length === 0 ? { code: rpc, message } : { code: rpc, message, details }));
}

function statusProtobuf({ rpc, message, retryAfterSeconds, isBadRequest }: RpcStatus): Uint8Array {
  const status = new ProtoWriter();
  status.varintField(1, rpc);
  status.textField(2, message);
  if (isBadRequest) {
    writeDetail(status, 'BadRequest', (detail) =>
      detail.messageField(1, (violation) => {
        violation.textField(1, 'body');
        violation.textField(2, message);
      }),
    );
  }
  if (retryAfterSeconds !== null) {
    writeDetail(status, 'RetryInfo', (detail) =>
      detail.messageField(1, (delay) => delay.varintField(1, retryAfterSeconds)),
    );
  }
  return status.bytes();
}

/** google.protobuf.Any: field 1 the type, field 2 the message. */
function writeDetail(status: ProtoWriter, name: string, write: (detail: ProtoWriter) => void): void {
  status.messageField(3, (any) => {
    any.textField(1, `${typePrefix}${name}`);
    any.messageField(2, write);
  });
}
