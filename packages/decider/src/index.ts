export type { Decider, Message } from './decider.js';
export { foldOf } from './decider.js';
export { type Expectations, given } from './given.js';
export { Refusal } from './refusal.js';
