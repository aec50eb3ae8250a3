export { type DoorFiles, readDoors, type StoreDoors, type StoreLogin } from './doors.js';
export { type StoreServer, startStoreServer } from './server.js';
