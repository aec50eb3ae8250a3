export { beginSpan, failSpan, inSpan, isTraced, type SpanAttributes, type SpanOptions } from './span.js';
export { activeTrace, contextOf, linkTo, type TraceCarrier } from './trace-context.js';
export { NOT_TRACED, soon, startTracing, type Tracing } from './tracing.js';
export { watchExports } from './watch-exports.js';
