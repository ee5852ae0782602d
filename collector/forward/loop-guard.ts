/** The mark by which installations know which of them a body has passed, so that none goes round in a ring. */

/** A header over HTTP, metadata over gRPC: the ids of the installations that have sent the body on, in their order. */
export const viaHeader = 'x-seamwatch-via';

/** More installations in a row than this are a ring that somebody hides. */
const mostHops = 8;
const id = /^[\w.:-]{1,64}$/;

/** The ids in a header, as one text to be kept with the body; what is no id is left out. */
export function readVia(header: string | readonly string[] | undefined): string {
  if (header === undefined) return '';
  return idsIn(typeof header === 'string' ? header : header.join())
    .slice(0, mostHops + 1)
    .join(', ');
}

/** What goes out with a body that has come by `via`. */
export function viaOnward(via: string, instanceId: string): string {
  return [...idsIn(via), instanceId].join(', ');
}

/** Why a body that has come by `via` is not taken; null when it may be. `instanceId` null: this installation sends nothing on. */
export function loopIn(via: string, instanceId: string | null): string | null {
  const ids = idsIn(via);
  const last = ids.at(-1);
  if (last === undefined) return null;
  if (instanceId !== null && ids.includes(instanceId)) {
    return last === instanceId
      ? `this installation (${instanceId}) itself has sent the body on to here; let its forward name another one`
      : `this installation (${instanceId}) has sent the body on, and it comes back from ${last}; let the forward of one of the two name another one`;
  }
  if (ids.length <= mostHops) return null;
  return `the body has passed ${ids.length} installations, the last of them ${last}, and more than ${mostHops} in a row are a ring; let one forward name another target`;
}

function idsIn(text: string): readonly string[] {
  return text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => id.test(part));
}
