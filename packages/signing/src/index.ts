export type { Signer } from './port.js';
