/** What every route needs: who is asking, ids from the path, checked bodies. */
import type { Express, Request } from 'express';
import { z } from 'zod';
import { badRequest, HttpError } from './errors.ts';

/** The app that routes are mounted on; full paths, so that a route's template is its address. */
export type App = Express;

/** A post, comment or message: 1 to 5000 characters that are not all blank. */
export const contentBody = z.object({ content: z.string().trim().min(1).max(5_000) });

/**
 * The user who asks: header `x-user-id`, absent = 1. Ids run from 1 to `highest`.
 * @throws HttpError 400 when it is not a positive whole number, 404 when there is no such user
 */
export function userIdOf(request: Pick<Request, 'headers'>, highest: number): number {
  const text = request.headers['x-user-id'];
  if (text === undefined) return 1;
  const id = parseId(String(text), 'header x-user-id');
  if (id > highest) throw new HttpError(404, `user ${id} does not exist; ids run from 1 to ${highest}`);
  return id;
}

/**
 * The `:id` of the path.
 * @throws HttpError 400 when it is not a positive whole number
 */
export function idOf(request: Request): number {
  return parseId(String(request.params.id), 'the id in the path');
}

/**
 * The body in the wanted shape.
 * @throws HttpError 400 with one sentence naming the field
 */
export function bodyOf<T>(request: Pick<Request, 'body'>, shape: z.ZodType<T>): T {
  const result = shape.safeParse(request.body ?? {});
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  const field = issue?.path.join('.') || 'the body';
  throw badRequest(`${field}: ${issue?.message ?? 'not understood'}; send JSON with content-type application/json`);
}

/**
 * `?limit=`, a whole number from 1 to `most`; `usual` when absent.
 * @throws HttpError 400 for anything else
 */
export function limitOf(request: Pick<Request, 'query'>, usual: number, most: number): number {
  const text = request.query.limit;
  if (text === undefined) return usual;
  const limit = Number(text);
  if (Number.isInteger(limit) && limit >= 1 && limit <= most) return limit;
  throw badRequest(`limit ${String(text)} must be a whole number from 1 to ${most}`);
}

function parseId(text: string, where: string): number {
  const id = Number(text);
  if (/^\d{1,15}$/.test(text) && id >= 1) return id;
  throw badRequest(`${where} is "${text}"; it must be a whole number from 1`);
}
