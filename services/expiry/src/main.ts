import { startStage } from '@evidence/stage';
import { expiryStage } from './shell/start.js';

await startStage(expiryStage);
