import { startStage } from '@evidence/stage';
import { mappingStage } from './shell/start.js';

await startStage(mappingStage);
