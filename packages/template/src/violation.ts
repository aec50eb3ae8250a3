import { ContractError, type Violation } from '@evidence/contracts';

/** A violation of PackTemplate.v1 that its schema cannot express. */
export const violation = (violated: Violation): ContractError => new ContractError('PackTemplate.v1', [violated]);
