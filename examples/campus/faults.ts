/** HTTP of the faults: POST, GET and DELETE /faults, only where the app was started with them. */
import express from 'express';
import { z } from 'zod';
import { type App, bodyOf, type Fault, type Faults, HttpError } from './platform/index.ts';

const faultBody = z.strictObject({
  domain: z.string().min(1),
  operation: z.string().min(1).optional(),
  latencyMs: z.number().min(0).max(60_000).optional(),
  errorRate: z.number().min(0).max(1).optional(),
  stallMs: z.number().min(0).max(2_000).optional(),
  seconds: z.number().positive().max(86_400).optional(),
});

/** `faults` null = every call answers 404 and says how to start with them. */
export function mountFaults(app: App, faults: Faults | null): void {
  if (faults === null) {
    app.all('/faults', () => {
      throw new HttpError(
        404,
        'faults are off; start the app with --faults (createCampus: faults true) to rehearse failures',
      );
    });
    return;
  }
  app.post('/faults', express.json({ limit: '8kb' }), (request, response) => {
    response.status(201).json(faultOf(faults.add(bodyOf(request, faultBody))));
  });
  app.get('/faults', (_request, response) => {
    response.json({ items: faults.list().map(faultOf) });
  });
  app.delete('/faults', (request, response) => {
    const { domain } = request.query;
    response.json({ cleared: typeof domain === 'string' ? faults.clear(domain) : faults.clear() });
  });
}

function faultOf({ untilMs, ...fault }: Fault): object {
  const id = fault.operation === null ? fault.domain : `${fault.domain}.${fault.operation}`;
  return { id, ...fault, until: new Date(untilMs).toISOString() };
}
