export type { Decider, Message } from './decider.js';
export { foldOf } from './decider.js';
export { Refusal } from './refusal.js';
export { type Expectations, given } from './given.js';
