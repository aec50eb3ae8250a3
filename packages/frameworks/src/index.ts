export { BrokenDataError } from './check.js';
export { basisRank, type Crosswalk, type PairFrom, sourceText } from './crosswalk.js';
export type { CrosswalkPair } from './crosswalk-data.js';
export { crosswalkFrom, statedPair } from './crosswalk-document.js';
export type {
  Addressee,
  Applicability,
  Catalog,
  Control,
  FrameworksData,
  OtherEntry,
  RiskClass,
  TaggingTool,
} from './data.js';
export type { Carried } from './editions.js';
export { type Frameworks, frameworksOf, type RuleArchive } from './frameworks.js';
export { byCodeUnits } from './order.js';
export type { Resolution } from './refs.js';
export { type DefaultEditions, RECORDED_EDITIONS, type Requested } from './requested.js';
export type { Rules } from './rules.js';
export type { Meaning, TagTable } from './tags.js';
