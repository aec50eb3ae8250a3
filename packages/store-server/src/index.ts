export { type StoreServer, startStoreServer } from './server.js';
