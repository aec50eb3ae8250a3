export { eventually } from './eventually.js';
export { startNats } from './nats.js';
export { freePort, NOBODYS_PORT, REPOSITORY, type TempFolder, tempFolder, tool } from './places.js';
export type { TestServer } from './server.js';
export { startStack, type TestStack, type TestStackOptions } from './stack.js';
export { startStore } from './store.js';
