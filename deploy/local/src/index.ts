export { StartFailure, type StartFailureCode } from './failure.js';
export { type NatsProgramOptions, natsProgram } from './nats-program.js';
export { defaultCacheDir, type FindNatsServerOptions, findNatsServer, type NatsServer } from './nats-server.js';
export { type Exit, type Program, type ProgramOptions, startProgram } from './program.js';
export { DEMO_TENANT, type Sample, type SeedOptions, samplesIn, seed } from './seed.js';
export { type Settings, settingsFrom } from './settings.js';
export { type ProgramName, type Scripts, Stack, type StackOptions, scriptsOf } from './stack.js';
export { type SuperviseOptions, supervise } from './supervise.js';
export { isListening, until, type Waiting } from './waiting.js';
