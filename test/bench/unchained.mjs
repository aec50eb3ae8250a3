/** Loaded into a store-server before its own code: its chain computes nothing, so that a bench sees what it costs. */
import { Chain } from '../../packages/event-store/dist/engine/chain.js';

Chain.prototype.add = () => null;
