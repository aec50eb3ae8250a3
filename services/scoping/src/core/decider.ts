import type { EventOf, ReportEvent, ReportScoped, ReportStarted } from '@evidence/contracts';
import type { Decider } from '@evidence/decider';
import { type ReportLife, reportLife } from '@evidence/report';

export type ScopingCommand =
  | { readonly type: 'StartReport'; readonly data: ReportStarted }
  | { readonly type: 'RecordScope'; readonly data: ReportScoped };

/** A queued report is started; a started one gets its scope. In any other phase, this has been done already, or the report has ended. */
export const scoping: Decider<ScopingCommand, ReportLife, ReportEvent> = {
  ...reportLife,

  decide(command, life): readonly EventOf<'ReportStarted' | 'ReportScoped'>[] {
    switch (command.type) {
      case 'StartReport':
        return life.phase === 'queued' ? [{ type: 'ReportStarted', data: command.data }] : [];
      case 'RecordScope':
        return life.phase === 'started' ? [{ type: 'ReportScoped', data: command.data }] : [];
    }
  },
};
