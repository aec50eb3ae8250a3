import { type Command, Option } from 'commander';

export const TENANT = '--tenant <slug>';

/** A required option. Commander's own (15.1.0) are not marked in the help, and only the first missing one is named. */
class RequiredOption extends Option {}
export const required = (flags: string, description: string) => new RequiredOption(flags, `${description} (required)`);

export function requireAll(command: Command): void {
  const missing = command.options.filter(
    (option) => option instanceof RequiredOption && command.getOptionValue(option.attributeName()) === undefined,
  );
  if (missing.length > 0) command.error(`error: missing ${missing.map(({ flags }) => flags).join(', ')}`);
}
