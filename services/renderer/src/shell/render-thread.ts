import { workerData } from 'piscina';
import type { ThreadAnswer } from '../adapters/artifact-maker-in-threads.js';
import type { MappedReport } from '../ports.js';
import type { RendererConfig } from './config.js';
import { noArtifactFor } from './fault.js';
import { makeArtifact } from './make-artifact.js';
import { openParts } from './open-parts.js';

export interface RenderThreadData {
  readonly config: RendererConfig;
  readonly startedAt: Date;
}

// The thread's side of artifact-maker-in-threads.ts. It opens its own artifact store and keys, so that nothing large
// crosses the border: a report's events in, the names of two blobs out.
const { config, startedAt } = workerData as RenderThreadData;
const opening = openParts(config, startedAt);
// Whoever renders first hears of it.
opening.catch(() => {});

/** An error crosses the border as data, for that keeps neither its class nor its code. */
export default async function render(report: MappedReport): Promise<ThreadAnswer> {
  try {
    return { made: await makeArtifact(await opening, report) };
  } catch (error) {
    const { fault, code, message } = noArtifactFor(error, config.raising?.outage ?? 'delay');
    return { fault, code, message };
  }
}
