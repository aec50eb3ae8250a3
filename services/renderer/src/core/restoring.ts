import type { ArtifactLost, ArtifactRestored, EventOf, ReportEvent, ReportReady } from '@evidence/contracts';
import type { Decider } from '@evidence/decider';
import { type ReportLife, reportLife } from '@evidence/report';

type Missing = ArtifactLost['missing'];
export type FileKind = ArtifactLost['blobs'][number]['kind'];

export type RestoringCommand =
  | { readonly type: 'RecordRestored'; readonly data: ArtifactRestored }
  | { readonly type: 'RecordLost'; readonly data: ArtifactLost };

/** The files of a ready report were restored, or are lost, which is recorded once for each reason. In any other phase nothing is recorded. */
export const restoring: Decider<RestoringCommand, ReportLife, ReportEvent> = {
  ...reportLife,

  decide(command, life): readonly EventOf<'ArtifactRestored' | 'ArtifactLost'>[] {
    if (life.phase !== 'ready') return [];
    if (command.type === 'RecordRestored') {
      const { data } = command;
      return data.restoredAt === life.restoredAt ? [] : [{ type: 'ArtifactRestored', data }];
    }
    return isSaid(command.data, life.lost) ? [] : [{ type: 'ArtifactLost', data: command.data }];
  },
};

const isSaid = ({ missing, blobs }: ArtifactLost, said: ArtifactLost | undefined): boolean =>
  said?.missing === missing && shaOf(said.blobs) === shaOf(blobs);

const shaOf = (blobs: ArtifactLost['blobs']): string => blobs.map(({ sha256 }) => sha256).join();

/** The means by which this installation makes artifacts. */
export interface Means {
  readonly rendererVersion: string;
  /** The key that would sign the report now; undefined: none. */
  readonly keyId: string | undefined;
}

export interface Obstacle {
  readonly missing: Missing;
  /** A sentence for people, without advice. */
  readonly sentence: string;
}

/** Why these files cannot be reproduced, if that is known beforehand. */
export function obstacleTo(
  gone: readonly FileKind[],
  { format, signature, rendererVersion }: ReportReady,
  means: Means,
): Obstacle | undefined {
  const isInTheFile = format === 'pdf';
  const { keyId, algorithm, level = 'B-B' } = signature;
  if (rendererVersion !== means.rendererVersion)
    return {
      missing: 'renderer_version',
      sentence: `It was made by renderer version ${rendererVersion}, and this is version ${means.rendererVersion}`,
    };
  if (keyId !== means.keyId)
    return {
      missing: 'signing_key',
      sentence: `It was signed with the key ${keyId}, whose private key is not here`,
    };
  if (algorithm === 'ES256' && (isInTheFile || gone.includes('attestation')))
    return {
      missing: 'signature',
      sentence: 'It was signed with ES256, which gives a different signature each time',
    };
  if (isInTheFile && level !== 'B-B')
    return { missing: 'timestamps', sentence: `It has the time-stamps of PAdES ${level}, which cannot be reproduced` };
  return undefined;
}

/** The limit of ArtifactLost.v1. */
const SENTENCE_CHARS_MAX = 1_000;
const ADVICE = ': restore it from a backup, or regenerate the report.';

export const sentenceOf = ({ sentence }: Obstacle): string =>
  `${sentence.slice(0, SENTENCE_CHARS_MAX - ADVICE.length)}${ADVICE}`;
