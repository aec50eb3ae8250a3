import { startStage } from '@evidence/stage';
import { rendererStage } from './shell/start.js';

await startStage(rendererStage);
