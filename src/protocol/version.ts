/** The wire protocol. A client sends its number when it joins; the server refuses one it does not speak. */
export const PROTOCOL_VERSION = 1;
/** The oldest version this server still speaks. */
export const OLDEST_PROTOCOL_VERSION = 1;
/**
 * The number that our own clients send. During a deploy a page of the new release may come to a process of the one before:
 * so this is raised one release after `PROTOCOL_VERSION` (docs/cluster.md).
 */
export const CLIENT_PROTOCOL_VERSION = 1;
