/** `value`, each time with one value in it replaced by something else. */
export function* spoilt(value: unknown): Generator {
  yield* [null, 1.5, -1, true, '', '\n', 'x'.repeat(70_000), [], {}];
  if (value === null || typeof value !== 'object') return;
  for (const [name, member] of Object.entries(value)) {
    for (const other of spoilt(member))
      yield Array.isArray(value) ? value.with(Number(name), other) : { ...value, [name]: other };
  }
}
