/** Loaded into a store-server before its own code. Makes its chain compute nothing, so that a bench can measure the cost of the chain. */
import { Chain } from '../../packages/event-store/dist/engine/chain.js';

Chain.prototype.add = () => null as unknown as Uint8Array;
