export { assertTemplate } from './assert-template.js';
export { TEMPLATE_BYTES_MAX, TEMPLATE_DEPTH_MAX, TEMPLATE_VALUES_MAX } from './bounds.js';
export { EXPANDED_CHARS_MAX, EXPANDED_PARTS_MAX, TemplateTooLarge } from './budget.js';
export { expandTemplate } from './expand-template.js';
export type { Expanded, ExpandedLine, ExpandedNode, ExpandedRow, ExpandedRun, ExpandedTable } from './expanded.js';
export {
  CELL_PADDING,
  columnsRoom,
  contentWidth,
  DEFAULT_COLUMN_GAP,
  DEFAULT_FONT_SIZE,
  DEFAULT_MARGINS,
  listRoom,
  sharesOf,
  tableRoom,
} from './room.js';
