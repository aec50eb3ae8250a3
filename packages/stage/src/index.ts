export { DURATION_BUCKETS_S, type FigureSource, Figures } from './figures.js';
export { type FollowedView, followView } from './followed-view.js';
export { type HealthServer, type HealthSettings, serveHealth } from './health.js';
export { otherLogWarnings, tellOtherLog } from './other-log.js';
export { type ParkingOptions, parkingOf } from './parking.js';
export { answering, missingOf, type Probe, type Probes } from './probes.js';
export { type Quarantined, quarantineWarnings } from './quarantine.js';
export { relayWarnings } from './relay-warnings.js';
export {
  type Floor,
  type Hearing,
  type OpenOptions,
  openStage,
  type Stage,
  type StageConfig,
  startStage,
} from './stage.js';
export { StoreProbe } from './store-probe.js';
