export { type VerdictChange, verdictChanges } from './changes.js';
export { type MappingQuestion, ScopeMapping } from './map-scope.js';
export { mappingQuestionOf } from './question.js';
export { frameworksBy, type KeptRules, keptDataOf, rulesOf } from './rules.js';
