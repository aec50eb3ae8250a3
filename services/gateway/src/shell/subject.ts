import type { DynamicModule, Type } from '@nestjs/common';

/** The Nest module of one subject of the API: its controllers, and its use cases as existing instances. */
export const subjectModule = (
  module: Type,
  controllers: readonly Type[],
  useCases: readonly object[],
): DynamicModule => ({
  module,
  controllers: [...controllers],
  providers: useCases.map((useCase) => ({ provide: useCase.constructor, useFactory: () => useCase })),
});
