/** When a run began, and whether its file omits the time zone. */
export interface Start {
  /** RFC 3339 in UTC; undefined if the file does not say. */
  readonly startedAt: string | undefined;
  readonly zoneNotStated?: true;
}

export const NO_START: Start = { startedAt: undefined };

/** The start that a scanner's text states; undefined if it states none. */
export function startOf(text: unknown): Start | undefined {
  const startedAt = instantOf(text);
  if (startedAt === undefined) return undefined;
  return /(?:Z|[+-]\d\d:?\d\d)$/i.test(String(text)) ? { startedAt } : { startedAt, zoneNotStated: true };
}

/**
 * The instant that a scanner's text states, RFC 3339 in UTC to milliseconds; undefined if it states none. A time without a zone is read as
 * UTC: garak writes local time without its zone (`datetime.now().isoformat()`, to microseconds).
 */
export function instantOf(text: unknown): string | undefined {
  const match =
    typeof text === 'string' && /^(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d:\d\d)(\.\d{1,9})?\s?(Z|[+-]\d\d:?\d\d)?$/i.exec(text);
  if (!match) return undefined;
  const [, day, time, fraction = '', zone = 'Z'] = match;
  const instant = new Date(`${day}T${time}${fraction.slice(0, 4)}${zone}`);
  return Number.isNaN(instant.getTime()) ? undefined : instant.toISOString();
}
