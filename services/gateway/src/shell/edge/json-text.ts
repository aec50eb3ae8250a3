/** A JSON body. It ends with a newline, so that in a terminal the prompt starts on a new line. */
export const jsonText = (value: unknown): string => `${JSON.stringify(value)}\n`;
