/** User and password of a configured address: they go into a header, and nowhere else. */

/** `userInfo` is `user:password`, or null for neither. `secrets` are what must be cut out of quoted text. */
export function basicAuth(userInfo: string | null): {
  readonly headers: Readonly<Record<string, string>>;
  readonly secrets: readonly string[];
} {
  if (userInfo === null) return { headers: {}, secrets: [] };
  const encoded = Buffer.from(userInfo).toString('base64');
  const password = userInfo.slice(userInfo.indexOf(':') + 1);
  return { headers: { authorization: `Basic ${encoded}` }, secrets: [encoded, userInfo, password] };
}
