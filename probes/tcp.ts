/** TCP: connect, and when asked to, send something and read how the answer begins. */
import { connect, type Socket } from 'node:net';
import { shownValue } from '../src/kernel/validate.ts';
import type { TcpProbe } from './definition.ts';
import { connectOptions, reasonOf } from './network.ts';
import { failed, passed, type StepOutcome, type StepTools } from './step-tools.ts';
import { shownAddress } from './target.ts';

/** One run; the connection is closed afterwards. Never throws. */
export async function probeTcp(probe: TcpProbe, tools: StepTools): Promise<StepOutcome> {
  const place = shownAddress(probe.address);
  const facts = { 'server.address': probe.address.host, 'server.port': probe.address.port };
  const { lookup } = connectOptions(tools.network);
  const socket = connect({ ...probe.address, ...(lookup === undefined ? {} : { lookup }) });
  try {
    const begun = await talk(socket, probe, tools.signal);
    const { expectPrefix } = probe;
    if (expectPrefix === null || begun === expectPrefix) return passed(facts);
    return failed(`${place} answers ${shownValue(begun)}, not ${shownValue(expectPrefix)}`, facts);
  } catch (error) {
    return failed(reasonOf(error, place, tools.signal), facts);
  } finally {
    socket.destroy();
  }
}

/** The first bytes of the answer, as many as the expected text has; fewer when the other side ends. */
function talk(socket: Socket, { send, expectPrefix }: TcpProbe, signal: AbortSignal): Promise<string> {
  const wanted = Buffer.byteLength(expectPrefix ?? '');
  return new Promise((resolve, reject) => {
    let got = Buffer.alloc(0);
    const abort = (): void => reject(signal.reason);
    signal.addEventListener('abort', abort, { once: true });
    if (signal.aborted) abort();
    socket.on('error', reject);
    socket.on('connect', () => {
      if (send !== null) socket.write(send);
      if (wanted === 0) {
        if (send === null) resolve('');
        else socket.end(() => resolve(''));
      }
    });
    socket.on('data', (chunk: Buffer) => {
      got = Buffer.concat([got, chunk]);
      if (got.length >= wanted) resolve(got.subarray(0, wanted).toString('utf8'));
    });
    socket.on('end', () => resolve(got.toString('utf8')));
  });
}
