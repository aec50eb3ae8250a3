/** A JSON body. Its last line ends, so that in a terminal the prompt begins a new one. */
export const jsonText = (value: unknown): string => `${JSON.stringify(value)}\n`;
