import { Problem } from '../call/problem.js';
import type { Seal } from '../call/seal.js';
import { sentences } from '../call/sentences.js';

/** How long a link is valid. */
export const LINK_VALID_S = 60;

export interface LinkParameters {
  /** The first second (Unix time) in which the link is no longer valid. */
  readonly expires: string;
  readonly signature: string;
}

/** Parameters that allow the download of `reportId` for `LINK_VALID_S`, in addition to the bearer token, never instead of it. */
export function signLink(reportId: string, now: Date, seal: Seal): LinkParameters {
  const expires = String(Math.floor(now.getTime() / 1000) + LINK_VALID_S);
  return { expires, signature: seal.sign(sealed(reportId, expires)) };
}

/** Throws `link_expired` if the parameters are not ours or no longer valid; the remedy is the same. */
export function checkLink(reportId: string, link: LinkParameters, now: Date, seal: Seal): void {
  const { expires, signature } = link;
  const isOurs = seal.verify(sealed(reportId, expires), signature);
  if (isOurs && now.getTime() < Number(expires) * 1000) return;
  throw new Problem('link_expired', sentences.linkExpired(LINK_VALID_S));
}

const sealed = (reportId: string, expires: string) => `download\n${reportId}\n${expires}`;
