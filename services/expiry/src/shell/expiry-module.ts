import { type DynamicModule, Module } from '@nestjs/common';
import { Expiry } from './expiry.js';
import { ReportReadyHandler } from './report-ready-handler.js';

@Module({})
class ExpiryModule {}

/** The rim: what Nest must know of this service. */
export const expiryModule = (expiry: Expiry): DynamicModule => ({
  module: ExpiryModule,
  controllers: [ReportReadyHandler],
  providers: [{ provide: Expiry, useFactory: () => expiry }],
});
