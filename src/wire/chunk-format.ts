/** The numbers both ends of the chunk format agree on; `format.md` says what they mean. */

export const CHUNK_MAGIC = 'offloop.chunk';
export const CHUNK_VERSION = 1;

export const RECORD_SPAN = 0;
export const RECORD_RESOURCE = 1;
export const RECORD_END = 2;

export const SPAN_FIELD_COUNT = 24;
export const RESOURCE_FIELD_COUNT = 4;
export const END_FIELD_COUNT = 3;
export const SCOPE_FIELD_COUNT = 5;
export const PARENT_FIELD_COUNT = 5;
export const EVENT_FIELD_COUNT = 4;
export const LINK_FIELD_COUNT = 7;

/** Keys of a tagged value, a map of one entry. A key of 0 or more defines a string of the table instead. */
export const TAG_STRING = -1;
export const TAG_OBJECT = -2;
export const TAG_BIGINT = -3;
export const TAG_NULL = -4;
export const TAG_JSON = -5;

/** Extension types: the two widths in which V8 holds a string. */
export const EXT_LATIN1 = 1;
export const EXT_UTF16 = 2;

/** Arrays and objects nested deeper than this are not written: a cycle ends here, and so does a decoder's stack. */
export const MAX_NESTING_DEPTH = 100;

/** Shape of a valid id; any other is carried as the text it is. */
export const TRACE_ID_HEX_LENGTH = 32;
export const SPAN_ID_HEX_LENGTH = 16;
