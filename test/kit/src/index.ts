export { eventually } from './eventually.js';
export { type Instance, startInstance } from './instance.js';
export { startNats, startNatsWithUsers } from './nats.js';
export { type CollectedSpan, type OtlpCollector, startCollector } from './otlp-collector.js';
export { freePort, NOBODYS_PORT, REPOSITORY, smallDisk, type TempFolder, tempFolder, tool } from './places.js';
export type { TestServer } from './server.js';
export { startStack, type TestStack, type TestStackOptions } from './stack.js';
export { startOldStore, startStore } from './store.js';
