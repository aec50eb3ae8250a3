export { CodedError } from './coded-error.js';
export type { Decider, Message } from './decider.js';
export { foldOf } from './decider.js';
export { Refusal } from './refusal.js';
export { retryableOf } from './retryable.js';
