import { startStage } from '@evidence/stage';
import { gatewayStage } from './shell/start.js';

await startStage(gatewayStage);
