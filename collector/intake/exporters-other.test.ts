/** Clients of other lines and languages: OpenTelemetry JS 2.x and Go, run as programs of their own. */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { AppError } from '../../src/kernel/errors.ts';
import { missingFixture, missingTool, requireFixture, requireTool } from '../../tests/tools.ts';
import type { TestGrpc } from './grpc/test-client.ts';
import { endpointOf, expectStored, protocols, startForClients } from './sent-by-clients.ts';

const run = promisify(execFile);
const otel2x = requireFixture('otel-2x');
const otelGo = requireTool('seamwatch-otel-go');

// The Go exporter waits 5 s of its own before it sends again, and programs start slowly on a busy machine.
vi.setConfig({ testTimeout: 60_000 });

let running: TestGrpc;

beforeEach(async () => {
  running = await startForClients();
});

afterEach(async () => {
  await running.remove();
});

describe('OpenTelemetry JS, 2.x line', () => {
  test.for(protocols)('traces, metrics and logs over %s are stored as they were sent', async (protocol, { skip }) => {
    if (otel2x === null) return skip(missingFixture('otel-2x'));
    const program = join(otel2x, 'send.mjs');
    const { stdout, stderr } = await run(process.execPath, [
      program,
      protocol,
      endpointOf(running, protocol),
      'two',
      '40',
    ]);
    expect(stderr).toBe('');
    expectStored(running, { traceId: stdout.trim(), name: 'two', spans: 40 });
  });
});

describe('OpenTelemetry Go', () => {
  const sendByGo = async (protocol: string, address: string, spans: number): Promise<string> => {
    const { stdout } = await run(otelGo ?? '', [protocol, address, 'gopher', String(spans)]);
    return stdout.trim();
  };

  test.for(['grpc', 'http/protobuf'] as const)(
    'traces, metrics and logs over %s are stored as they were sent',
    async (protocol, { skip }) => {
      if (otelGo === null) return skip(missingTool('seamwatch-otel-go'));
      const address = endpointOf(running, protocol).replace('http://', '');
      const traceId = await sendByGo(protocol, address, 200);
      expectStored(running, { traceId, name: 'gopher', spans: 200 });
      expect(running.collector.reader.trace(traceId)?.spanCount).toBe(200);
    },
  );

  test('told over gRPC when to come back, it comes back then and nothing is lost', async ({ skip }) => {
    if (otelGo === null) return skip(missingTool('seamwatch-otel-go'));
    const holdings = ['one', 'two'].map((caller) => running.collector.hold(caller));
    for (const holding of holdings) expect(holding.grow(128 * 1_048_576)).toBeNull();
    const sending = sendByGo('grpc', running.address, 30);
    await expect.poll(() => running.collector.stats().rejected, { timeout: 30_000 }).toMatchObject({ overloaded: 1 });
    for (const holding of holdings) holding.release();
    await sending;
    expect(running.collector.stats()).toMatchObject({ spans: 30, repeatedBodies: 0 });
  });

  test('stored, but answered UNAVAILABLE: it sends the same again and nothing is counted twice', async ({ skip }) => {
    if (otelGo === null) return skip(missingTool('seamwatch-otel-go'));
    await running.remove();
    let isLost = true;
    running = await startForClients({
      receive: async (handed) => {
        const received = await running.collector.receive(handed);
        if (!isLost) return received;
        isLost = false;
        throw new AppError('UNAVAILABLE', 'the answer is lost');
      },
    });
    const traceId = await sendByGo('grpc', running.address, 30);
    expectStored(running, { traceId, name: 'gopher', spans: 30 });
    expect(running.collector.stats().repeatedBodies).toBe(1);
  });
});
