/** Writes to the API: acknowledge, silence, sign in. The shown answers are read again afterwards. */
import { type Failure, refreshShown, request } from './answers.ts';

/** What became of a write; `data` has the shape that the contract promises for the path. */
export type Sent<Data> = { readonly data: Data } | { readonly failure: Failure };

/** One POST of JSON below /api/v1; never throws. */
export async function send<Data>(path: string, body: object): Promise<Sent<Data>> {
  const result = await request(path, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  if ('failure' in result) return result;
  refreshShown();
  return { data: promised<Data>(result.data) };
}

/** The shape is promised by the contract, whose types the callers name. */
function promised<Data>(data: unknown): Data {
  return data as Data;
}
