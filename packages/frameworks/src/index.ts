export { basisRank, type Crosswalk, type PairFrom } from './crosswalk.js';
export { crosswalkFrom } from './crosswalk-document.js';
export type { Catalog, Control, CrosswalkPair, FrameworksData } from './data.js';
export { type Frameworks, frameworksOf, loadFrameworks } from './frameworks.js';
export { byCodeUnits } from './order.js';
export { type DefaultEditions, RECORDED_EDITIONS, type Requested } from './requested.js';
