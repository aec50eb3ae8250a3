/** A value from one environment variable, or from several together. Made by `integer`, `text`, `list`, `oneOf`, `url`, `urls`, `together`. */
export interface Variable<T> {
  /** Returns the value, or a sentence for each problem. */
  readonly read: (env: NodeJS.ProcessEnv) => Reading<T>;
}

export type Reading<T> = { readonly value: T } | { readonly problems: readonly string[] };

export type ConfigSpec = Readonly<Record<string, Variable<unknown>>>;
export type ConfigOf<Spec extends ConfigSpec> = {
  readonly [K in keyof Spec]: Spec[K] extends Variable<infer T> ? T : never;
};

/** The environment is invalid. `problems` has one sentence for every wrong variable, so that all can be fixed at once. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  readonly code = 'invalid_configuration';
  constructor(readonly problems: readonly string[]) {
    super(`Invalid configuration: ${problems.join(' ')}`);
  }
}

/**
 * The configuration of a process, from its environment: `readConfig(process.env, { port: integer('PORT', { default: 8080, min: 1, max: 65_535 }) })`.
 * An empty variable counts as absent, as a line `NAME=` in a compose file means it. `asAWhole` returns a sentence for each problem of the values
 * as a whole; a value that is wrong by itself is absent there. Throws `ConfigError` with all problems at once.
 */
export function readConfig<Spec extends ConfigSpec>(
  env: NodeJS.ProcessEnv,
  spec: Spec,
  asAWhole: (config: Partial<ConfigOf<Spec>>) => readonly string[] = () => [],
): ConfigOf<Spec> {
  const config: Record<string, unknown> = {};
  const problems: string[] = [];
  for (const [member, variable] of Object.entries(spec)) {
    const read = variable.read(env);
    if ('problems' in read) problems.push(...read.problems);
    else config[member] = read.value;
  }
  problems.push(...asAWhole(config as Partial<ConfigOf<Spec>>));
  if (problems.length > 0) throw new ConfigError(problems);
  return config as ConfigOf<Spec>;
}

/** The text of a variable; undefined if it is absent or empty. */
export const textOf = (env: NodeJS.ProcessEnv, name: string): string | undefined => env[name]?.trim() || undefined;

/** A value made from several variables. */
export const together = <T>(read: (env: NodeJS.ProcessEnv) => Reading<T>): Variable<T> => ({ read });

/** `default: undefined` makes the variable optional; without `default` it must be set. */
interface Optional<T> {
  readonly default?: T;
}

/** A whole number. End the name with its unit: `RETENTION_SECONDS`, `IMPORT_MAX_BYTES`. */
export function integer(name: string, limits: { default?: number; min: number; max: number }): Variable<number> {
  const { min, max } = limits;
  return variable(name, limits, (text) => {
    const value = Number(text);
    return /^-?\d+$/.test(text) && value >= min && value <= max
      ? { value }
      : { problem: `${name} must be a whole number from ${min} to ${max}, not "${text}".` };
  });
}

export function text<D extends string | undefined = never>(
  name: string,
  options: { default?: D; pattern?: RegExp; meaning?: string } = {},
): Variable<string | D> {
  const { pattern, meaning = `text like ${pattern?.source}` } = options;
  return variable<string | D>(name, options, (value) =>
    pattern && !pattern.test(value) ? { problem: `${name} must be ${meaning}, not "${value}".` } : { value },
  );
}

/** Values separated by commas, none by default. `meaning` says what they are: `a list of …, separated by commas`. */
export function list(
  name: string,
  { accepts, meaning }: { readonly accepts: (one: string) => boolean; readonly meaning: string },
): Variable<readonly string[]> {
  return variable<readonly string[]>(name, { default: [] }, (text) => {
    const value = text.split(',').flatMap((one) => one.trim() || []);
    const wrong = value.find((one) => !accepts(one));
    return wrong === undefined ? { value } : { problem: `${name} must be ${meaning}, not "${wrong}".` };
  });
}

export function oneOf<T extends string>(name: string, allowed: readonly T[], options: Optional<T> = {}): Variable<T> {
  return variable(name, options, (text) => {
    const value = allowed.find((one) => one === text);
    return value ? { value } : { problem: `${name} must be one of ${allowed.join(', ')}, not "${text}".` };
  });
}

/**
 * An absolute URL with one of the schemes (`['http', 'https']`). Problems show it without its password. One that is `shown` to others, who
 * append to it, must not have a user, query or fragment.
 */
export function url<D extends string | undefined = never>(
  name: string,
  options: { default?: D; schemes: readonly string[]; shown?: boolean },
): Variable<string | D> {
  return variable<string | D>(name, options, (value) => {
    const problem = urlProblem(name, value, options.schemes);
    if (problem) return { problem };
    const { username, password, search, hash } = new URL(value);
    return options.shown && (username || password || search || hash)
      ? { problem: `${name} is shown to clients: leave out its user, query and fragment.` }
      : { value };
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
  const starts = schemes.map((scheme) => `${scheme}://`).join(' or ');
  return `${name} must be a URL that starts with ${starts}, not "${withoutPassword(value)}".`;
}

/**
 * The URL of a server, or a list of them, in a form that may be shown. Everything before the last `@` is left out, whatever it is: a password may
 * contain characters that were not encoded, and the text may not be a URL at all.
 */
export function withoutPassword(urls: string): string {
  const each = urls.split(/,(?=\s*[a-z][a-z+]*:\/\/)/i);
  return each.map((one) => one.replace(/^(\s*[a-z][a-z+]*:\/\/)?.*@/is, '$1…@')).join(',');
}

type Parse<T> = (text: string) => { readonly value: T } | { readonly problem: string };

function variable<T>(name: string, options: { default?: T | undefined }, parse: Parse<T>): Variable<T> {
  return {
    read(env) {
      const text = textOf(env, name);
      if (text === undefined)
        return 'default' in options ? { value: options.default as T } : { problems: [`${name} is missing; set it.`] };
      const parsed = parse(text);
      return 'problem' in parsed ? { problems: [parsed.problem] } : parsed;
    },
  };
}
