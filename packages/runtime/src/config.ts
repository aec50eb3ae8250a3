/** One variable of the environment: its name, and how its text becomes a value. Made by `integer`, `text`, `oneOf`, `flag`, `url`, `urls`, `secret`. */
export interface Variable<T> {
  readonly name: string;
  readonly otherwise: { readonly value: T } | undefined;
  /** Answers the value, or a sentence saying what the variable must be. */
  readonly parse: (text: string) => { readonly value: T } | { readonly problem: string };
}

export type ConfigSpec = Readonly<Record<string, Variable<unknown>>>;
export type ConfigOf<Spec extends ConfigSpec> = {
  readonly [K in keyof Spec]: Spec[K] extends Variable<infer T> ? T : never;
};

/** The environment does not fit. `problems` names every wrong variable, one sentence each, so that one look mends them all. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  readonly code = 'invalid_configuration';
  constructor(readonly problems: readonly string[]) {
    super(`The configuration is wrong: ${problems.join(' ')}`);
  }
}

/**
 * The configuration of a process, from its environment: `readConfig(process.env, { port: integer('PORT', { default: 8080, min: 1, max: 65_535 }) })`.
 * An empty variable counts as absent, as a line `NAME=` in a compose file means it. Throws `ConfigError` with all problems at once.
 */
export function readConfig<Spec extends ConfigSpec>(env: NodeJS.ProcessEnv, spec: Spec): ConfigOf<Spec> {
  const config: Record<string, unknown> = {};
  const problems: string[] = [];
  for (const [member, variable] of Object.entries(spec)) {
    const read = readVariable(env, variable);
    if ('problem' in read) problems.push(read.problem);
    else config[member] = read.value;
  }
  if (problems.length > 0) throw new ConfigError(problems);
  return config as ConfigOf<Spec>;
}

function readVariable(env: NodeJS.ProcessEnv, { name, otherwise, parse }: Variable<unknown>) {
  const text = env[name]?.trim();
  if (text) return parse(text);
  return otherwise ?? { problem: `${name} is missing; set it.` };
}

/** `default: undefined` makes the variable optional; without `default` it must be set. */
interface Optional<T> {
  readonly default?: T;
}

/** A whole number. Say the unit at the end of the name: `RETENTION_SECONDS`, `IMPORT_MAX_BYTES`. */
export function integer(name: string, limits: { default?: number; min: number; max: number }): Variable<number> {
  const { min, max } = limits;
  return variable(name, limits, (text) => {
    const value = Number(text);
    return /^-?\d+$/.test(text) && value >= min && value <= max
      ? { value }
      : { problem: `${name} is a whole number from ${min} to ${max}, not "${text}".` };
  });
}

export function text<D extends string | undefined = never>(
  name: string,
  options: { default?: D; pattern?: RegExp; meaning?: string } = {},
): Variable<string | D> {
  const { pattern, meaning = `text like ${pattern?.source}` } = options;
  return variable<string | D>(name, options, (value) =>
    pattern && !pattern.test(value) ? { problem: `${name} is ${meaning}, not "${value}".` } : { value },
  );
}

export function oneOf<T extends string>(name: string, allowed: readonly T[], options: Optional<T> = {}): Variable<T> {
  return variable(name, options, (text) => {
    const value = allowed.find((one) => one === text);
    return value ? { value } : { problem: `${name} is one of ${allowed.join(', ')}, not "${text}".` };
  });
}

/** `true` or `1`, `false` or `0`. */
export function flag(name: string, options: Optional<boolean> = {}): Variable<boolean> {
  return variable(name, options, (text) => {
    if (text === 'true' || text === '1') return { value: true };
    if (text === 'false' || text === '0') return { value: false };
    return { problem: `${name} is true or false, not "${text}".` };
  });
}

/** An absolute URL with one of the schemes (`['http', 'https']`). Problems show it without the password it may carry. */
export function url<D extends string | undefined = never>(
  name: string,
  options: { default?: D; schemes: readonly string[] },
): Variable<string | D> {
  return variable<string | D>(name, options, (value) => {
    const problem = urlProblem(name, value, options.schemes);
    return problem ? { problem } : { value };
  });
}

/** One or more URLs, separated by commas: the members of a cluster. */
export function urls(
  name: string,
  options: { default?: readonly string[]; schemes: readonly string[] },
): Variable<readonly string[]> {
  return variable(name, options, (list) => {
    const value = list.split(',').map((one) => one.trim());
    const problem = value.map((one) => urlProblem(name, one, options.schemes)).find(Boolean);
    return problem ? { problem } : { value };
  });
}

function urlProblem(name: string, value: string, schemes: readonly string[]): string | undefined {
  const parsed = URL.parse(value);
  if (parsed && schemes.includes(parsed.protocol.slice(0, -1))) return undefined;
  const shown = value.replace(/\/\/[^/@]*@/, '//…@');
  return `${name} is a URL that starts with ${schemes.map((scheme) => `${scheme}://`).join(' or ')}, not "${shown}".`;
}

/** Text that no problem and no log line shows. */
export function secret<D extends string | undefined = never>(
  name: string,
  options: { default?: D; minLength: number },
): Variable<string | D> {
  return variable<string | D>(name, options, (value) =>
    value.length >= options.minLength
      ? { value }
      : { problem: `${name} is a secret of at least ${options.minLength} characters; this one has ${value.length}.` },
  );
}

function variable<T>(name: string, options: { default?: T | undefined }, parse: Variable<T>['parse']): Variable<T> {
  return { name, otherwise: 'default' in options ? { value: options.default as T } : undefined, parse };
}
