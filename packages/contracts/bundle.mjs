// Bundles many files into one document, for tools: every schema that it refers to is in `components.schemas` under its plain name, and no
// reference leads out of the document. It has no `$id` either, because tools would try to download it.

const TAKEN_OUT = ['$id', '$schema', '$defs', 'x-stream'];

/**
 * @param document OpenAPI or AsyncAPI, whose references to schemas are relative paths of contract files
 * @param schemas the contracts by file name, such as `Report.v1.json`
 */
export function bundled(document, schemas) {
  const components = new Map();
  const rewritten = rewrite(document, undefined);
  rewritten.components.schemas = Object.fromEntries([...components].sort(([one], [other]) => (one < other ? -1 : 1)));
  return rewritten;

  /** `file` is the contract that contains the node; undefined: the document itself. */
  function rewrite(node, file) {
    if (Array.isArray(node)) return node.map((one) => rewrite(one, file));
    if (node === null || typeof node !== 'object') return node;
    const members = Object.entries(node).filter(([key]) => file === undefined || !TAKEN_OUT.includes(key));
    const { $ref, ...rest } = Object.fromEntries(
      members.map(([key, value]) => [key, key === 'examples' || key === 'example' ? value : rewrite(value, file)]),
    );
    if (typeof $ref !== 'string') return $ref === undefined ? rest : { ...rest, $ref };
    const [path, pointer = ''] = $ref.split('#');
    const target = path === '' ? file : path.split('/').at(-1);
    if (target === undefined) return { ...rest, $ref };
    const schema = at(schemas[target], pointer, $ref);
    const name = pointer === '' ? schema.title : /^\/\$defs\/(\w+)$/.exec(pointer)?.[1];
    // A member of another contract has no name of its own.
    if (name === undefined) return { ...rewrite(schema, target), ...rest };
    if (!components.has(name)) {
      components.set(name, undefined);
      components.set(name, rewrite(schema, target));
    }
    return { ...rest, $ref: `#/components/schemas/${name}` };
  }
}

function at(schema, pointer, $ref) {
  const found = pointer
    .split('/')
    .slice(1)
    .reduce((node, key) => node?.[key.replaceAll('~1', '/').replaceAll('~0', '~')], schema);
  if (found === undefined) throw new Error(`${$ref} refers to nothing`);
  return found;
}
