/** How much of the log a part of the system has read. */
export interface Progress {
  readonly part: string;
  readonly percent: number;
}

/** From a line of a worker's log, written by `rebuilt` in packages/stage. */
export const rebuildingIn = (line: string): Progress[] =>
  progressesIn(line, /the view (\S+) is being rebuilt: (\d+) %/g);

/** From the gateway's response. */
export const progressIn = (answer: string): Progress[] => progressesIn(answer, /"part":"([^"]*)","percent":(\d+)/g);

const progressesIn = (text: string, pattern: RegExp): Progress[] =>
  [...text.matchAll(pattern)].map(([, part = '', percent]) => ({ part, percent: Number(percent) }));

/** The parts that /readyz reports as not ready, from its status and response. */
export function waitedFor(answer: string): string {
  const [, names] = /"not_ready":\[([^\]]*)\]/.exec(answer) ?? [];
  const missing = names?.replaceAll('"', '').replaceAll(',', ', ') || 'the gateway';
  return progressIn(answer).reduce((text, { part, percent }) => text.replace(part, `${part} (${percent} %)`), missing);
}
