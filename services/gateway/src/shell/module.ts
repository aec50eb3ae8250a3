import type { DynamicModule } from '@nestjs/common';

class GatewayModule {}

/** The Nest module of the API, of one module for each subject. */
export const gatewayModule = (subjects: readonly DynamicModule[]): DynamicModule => ({
  module: GatewayModule,
  imports: [...subjects],
});
