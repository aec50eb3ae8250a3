/**
 * The cycles of a directed graph, each as the members of one strongly connected component (Tarjan 1972), in the order of
 * discovery. A node that points to itself is a cycle, too.
 */
export function cyclesOf(edges: ReadonlyMap<string, ReadonlySet<string>>): string[][] {
  const index = new Map<string, number>();
  const low = new Map<string, number>();
  const stack: string[] = [];
  const onStack = new Set<string>();
  const cycles: string[][] = [];

  const visit = (node: string): number => {
    const own = index.size;
    index.set(node, own);
    low.set(node, own);
    stack.push(node);
    onStack.add(node);
    for (const next of edges.get(node) ?? []) {
      const reached = index.has(next) ? (onStack.has(next) ? index.get(next) : undefined) : visit(next);
      if (reached !== undefined) low.set(node, Math.min(low.get(node) ?? own, reached));
    }
    if (low.get(node) === own) collect(node);
    return low.get(node) ?? own;
  };

  const collect = (root: string) => {
    const component = stack.splice(stack.indexOf(root));
    for (const member of component) onStack.delete(member);
    if (component.length > 1 || edges.get(root)?.has(root)) cycles.push(component);
  };

  for (const node of edges.keys()) if (!index.has(node)) visit(node);
  return cycles;
}
