/** The chain of spans that the request waited for, found backwards from its end. Pure. */
import type { TraceNode } from './trace-tree.ts';

/**
 * From `root` on, by start. Backwards from a span's end: the child that ended last before it was waited for, then the one that
 * ended last before that child began, and so on; the same inside each. Work handed over (a CONSUMER, or below a PRODUCER) and
 * children that outlive their parent are not waited for, except a SERVER below its CLIENT, whose clocks may differ.
 */
export function criticalPath(root: TraceNode): TraceNode[] {
  const path: TraceNode[] = [];
  const open = [{ node: root, until: root.end }];
  for (let step = open.pop(); step !== undefined; step = open.pop()) {
    path.push(step.node);
    let until = step.until;
    for (const { node, end } of awaitedChildren(step.node)) {
      if (end > until) continue;
      open.push({ node, until: end });
      until = Math.min(until, node.start);
    }
  }
  return path
    .map((node, order) => ({ node, order }))
    .sort(byStart)
    .map(({ node }) => node);
}

/** With the end that counts, last first; of several that end together the longest first. */
function awaitedChildren(parent: TraceNode): { readonly node: TraceNode; readonly end: number }[] {
  return parent.children
    .filter((node) => !node.isHandedOver)
    .map((node) => ({ node, end: isRemoteCall(parent, node) ? Math.min(node.end, parent.end) : node.end }))
    .sort((left, right) => right.end - left.end || left.node.start - right.node.start);
}

function isRemoteCall(parent: TraceNode, child: TraceNode): boolean {
  return parent.span.kind === 'client' && child.span.kind === 'server';
}

function byStart(
  left: { readonly node: TraceNode; readonly order: number },
  right: { readonly node: TraceNode; readonly order: number },
): number {
  return left.node.start - right.node.start || left.order - right.order;
}
