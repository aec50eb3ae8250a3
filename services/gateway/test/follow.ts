import { assertDocument, type ReportProgress } from '@evidence/contracts';
import type { GatewayUnderTest } from './gateway-under-test.js';

/** An open stream of a report's events. */
export async function follow(
  gateway: GatewayUnderTest,
  id: string,
  { token = gateway.token, lastEventId }: { readonly token?: string; readonly lastEventId?: string } = {},
) {
  const leaving = new AbortController();
  const response = await fetch(`${gateway.url}/api/v2/reports/${id}/events`, {
    signal: leaving.signal,
    headers: {
      authorization: `Bearer ${token}`,
      ...(lastEventId === undefined ? {} : { 'last-event-id': lastEventId }),
    },
  });
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  let text = '';
  const ended = (async () => {
    for (let part = await reader?.read(); part && !part.done; part = await reader?.read()) text += part.value;
  })();
  ended.catch(() => undefined);
  const percents = () => percentsIn(text);
  return { response, ended, text: () => text, steps: () => stepsIn(text), percents, leave: () => leaving.abort() };
}

function stepsIn(text: string): { id: string; progress: ReportProgress }[] {
  return text.split('\n\n').flatMap((event) => {
    const found = /^id: (\d+)\nevent: progress\ndata: (.+)$/.exec(event);
    if (!found) return [];
    const progress: unknown = JSON.parse(String(found[2]));
    assertDocument('ReportProgress.v1', progress);
    return [{ id: String(found[1]), progress: progress as ReportProgress }];
  });
}

/** The progress between the steps: stage and percentage. */
const percentsIn = (text: string): string[] =>
  text.split('\n\n').flatMap((event) => {
    const found = /^event: progress\ndata: (.+)$/.exec(event);
    if (!found) return [];
    const progress: unknown = JSON.parse(String(found[1]));
    assertDocument('ReportProgress.v1', progress);
    const { stage, percent } = progress as ReportProgress;
    return [`${stage} ${percent}`];
  });
