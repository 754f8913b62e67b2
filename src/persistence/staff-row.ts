/** A deed in the world's name, as `waystone_staff_v1` takes it. */
import type { StaffOrder } from "../engine/staff.ts";

export const staffRow = ({ id, action, staff, staffName, via, address, target, targetName, detail, reason }: StaffOrder): Record<string, unknown> =>
  ({ id, action, staff, staff_name: staffName, via, address, target, target_name: targetName, detail, reason });
