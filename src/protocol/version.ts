/** The wire protocol. A client sends its number when it joins; the server refuses one it does not speak. */
export const PROTOCOL_VERSION = 1;
/** The oldest version this server still speaks. */
export const OLDEST_PROTOCOL_VERSION = 1;
