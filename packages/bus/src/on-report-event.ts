import type { ReportEventType } from '@evidence/contracts';
import { Catch, type RpcExceptionFilter } from '@nestjs/common';
import { EventPattern } from '@nestjs/microservices';
import { type Observable, throwError } from 'rxjs';
import { patternOf } from './subjects.js';

/** Marks a controller's method as the handler of an event. The method gets a `ReportCloudEvent<'…'>` as `@Payload()`. */
export const OnReportEvent = (type: ReportEventType): MethodDecorator => EventPattern<string>(patternOf(type));

/**
 * Lets a handler's error reach the strategy as it was thrown. Nest's own filter replaces it by "Internal server error" (12.1.1), and then the
 * strategy could not tell whether to retry.
 */
@Catch()
export class PassErrors implements RpcExceptionFilter {
  catch(error: unknown): Observable<never> {
    return throwError(() => error);
  }
}
