import { startStage } from '@evidence/stage';
import { scopingStage } from './shell/start.js';

await startStage(scopingStage);
