/** What people may do, for those parts of the server that know nothing of the rules of the world. */
export { isAtLeast, mayActOn } from "../engine/staff.ts";
export { ROLES, type Role } from "../engine/world.ts";
