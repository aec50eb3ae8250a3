import { createHash, randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { openArtifactFolder } from '@evidence/artifacts';
import { assertEvent, envelop, type EventOf, type EventType, streamOf } from '@evidence/contracts';
import { type EventStore, openEventStore, withValidation } from '@evidence/event-store';
