import { join } from 'node:path';
import { openArtifactFolder } from '@evidence/artifacts';
import { hearWaiting, ProgressTeller } from '@evidence/bus';
import type { EventType } from '@evidence/contracts';
import { LARGE_PAGE_BYTES } from '@evidence/event-store/view';
import {
  applyToEvidence,
  EVIDENCE_EVENTS,
  EVIDENCE_SCHEMA,
  EVIDENCE_SCHEMA_VERSION,
  evidenceInViewFile,
} from '@evidence/scope/view';
import { answering, type Floor, followView, type Stage } from '@evidence/stage';
import {
  applyToLine,
  applyUnreadableToLine,
  LINE_EVENTS,
  LINE_SCHEMA,
  LINE_SCHEMA_VERSION,
  lineInViewFile,
} from '../adapters/line-in-view-file.js';
import { slotsOf } from '../core/turns.js';
import { type ScopingConfig, scopingConfig } from './config.js';
import { scopingModule } from './module.js';
import { ScopeReport } from './scope-report.js';
import { Turns } from './turns.js';

/** How long the next turn waits for the view to show the last one. */
const LINE_REACHED_WITHIN_MS = 10_000;

const AWAITED_EVENTS: readonly EventType[] = ['ReportRequested'];

/** After one of these, a report may be started that could not be before: one more waits, or one fewer is in progress. */
const EVENTS_OF_A_TURN: readonly EventType[] = ['ReportRequested', 'ReportReady', 'ReportFailed', 'ReportExpired'];

export const scopingStage: Stage<ScopingConfig> = {
  service: 'scoping',
  config: scopingConfig,

  async open(floor) {
    const { config, store, now, onShutdown } = floor;
    const views = floor.takeViewFolder();
    const evidence = followView(floor, 'evidence', {
      ...{ file: join(views, 'findings.sqlite'), schemaVersion: EVIDENCE_SCHEMA_VERSION, schema: EVIDENCE_SCHEMA },
      pageBytes: LARGE_PAGE_BYTES,
      // A report waits until the view has reached its request, which is not an evidence event.
      filter: { types: [...EVIDENCE_EVENTS.types, ...AWAITED_EVENTS] },
      awaitedTypes: AWAITED_EVENTS,
      apply: applyToEvidence,
    });
    const artifacts = await openArtifactFolder({ folder: config.artifactsFolder });
    const progress = new ProgressTeller('scoping', now);
    const log = evidenceInViewFile(evidence.file, evidence.projection);
    const scopeReport = new ScopeReport({ store, artifacts, evidence: log, tell: progress.tell, now });
    const { turns, line, view } = openLine(floor, join(views, 'line.sqlite'), scopeReport);
    return {
      module: scopingModule(scopeReport, turns),
      // The line shows a request as soon as it is in the log, and the work on a report begins without waiting for messages.
      isDone: (hint) => (hint.type === 'ReportStarted' ? scopeReport.isDone(hint) : line.has(hint)),
      onListening(nc) {
        progress.speakOver(nc);
        hearWaiting(nc, turns.hearWaiting);
        onShutdown(() => turns.stop());
        // If the view fails before that, the process ends.
        void view.projection.caughtUp.then(
          () => turns.begin(),
          () => undefined,
        );
      },
      relays: ['ReportStarted', 'ReportScoped'],
      views: { evidence, line: view },
      probes: {
        view: async () => (evidence.projection.behind() || view.projection.behind() ? ['view'] : []),
        artifacts: answering(() => artifacts.ping()),
      },
    };
  },
};

/** The view of waiting and started reports, and the turns decided from it. */
function openLine(floor: Floor<ScopingConfig>, file: string, scopeReport: ScopeReport) {
  const { config, store, now, logger } = floor;
  const view = followView(floor, 'line', {
    ...{ file, schemaVersion: LINE_SCHEMA_VERSION, schema: LINE_SCHEMA },
    filter: { types: LINE_EVENTS },
    apply(event, db) {
      applyToLine(event, db);
      if (event.type === 'ReportRequested') turns.remember(event);
      // After the other events that came together with it. They can be read then, even if their transaction is still open.
      if (EVENTS_OF_A_TURN.includes(event.type)) queueMicrotask(() => turns.wake());
    },
    applyUnreadable: applyUnreadableToLine,
  });
  const line = lineInViewFile(view.file.db);
  const turns = new Turns({
    store,
    line,
    reached: (position) => view.projection.reached(position, LINE_REACHED_WITHIN_MS),
    slots: slotsOf(config.reportsAtOnce),
    begin: (cause, report) => scopeReport.handle(cause, report),
    now,
    logger,
  });
  return { turns, line, view };
}
