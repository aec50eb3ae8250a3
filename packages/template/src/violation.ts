import { ContractError, type Violation } from '@evidence/contracts';

/** What breaks PackTemplate.v1 in a way that its schema cannot tell. */
export const violation = (violated: Violation): ContractError => new ContractError('PackTemplate.v1', [violated]);
