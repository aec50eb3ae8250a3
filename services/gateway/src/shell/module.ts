import type { DynamicModule } from '@nestjs/common';

class GatewayModule {}

/** The Nest module of the API, composed of one module per subject. */
export const gatewayModule = (subjects: readonly DynamicModule[]): DynamicModule => ({
  module: GatewayModule,
  imports: [...subjects],
});
