/** What the rooms of this process send, as plain numbers that the metrics read: counting a frame costs an addition. */
export class Deliveries {
  /** `events` frames, and the lines in them, once for each who gets them. */
  frames = 0;
  lines = 0;
  /** Frames of the synced state. */
  patches = 0;
  /** Connections cut since they did not read what was sent to them. */
  slowCuts = 0;
}
