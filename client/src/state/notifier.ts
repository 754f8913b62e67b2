/** What reaches somebody who looks elsewhere: a tone, and a notice of the browser. Both only where they want it. */

const TONE_HZ = { tell: 660, notify: 880 } as const;
const TONE_S = 0.16;
const TONE_GAIN = 0.08;

let context: AudioContext | undefined;

/** A short soft tone. A browser that lets no page sound before a click stays silent. */
export function playTone(kind: keyof typeof TONE_HZ): void {
  if (typeof AudioContext === "undefined") return;
  context ??= new AudioContext();
  if (context.state === "suspended") void context.resume();
  const start = context.currentTime;
  const gain = context.createGain();
  gain.gain.setValueAtTime(TONE_GAIN, start);
  gain.gain.exponentialRampToValueAtTime(0.001, start + TONE_S);
  gain.connect(context.destination);
  const tone = context.createOscillator();
  tone.frequency.value = TONE_HZ[kind];
  tone.connect(gain);
  tone.start(start);
  tone.stop(start + TONE_S);
}

/** A notice outside of the page, when it is not being looked at and the browser may. */
export function showNotice(text: string): void {
  if (typeof Notification === "undefined" || Notification.permission !== "granted" || document.visibilityState === "visible") return;
  new Notification("Waystone", { body: text, tag: "waystone" });
}

/** Asks the browser for the permission; has to be called from a click. */
export async function askForNotices(): Promise<boolean> {
  if (typeof Notification === "undefined") return false;
  return (await Notification.requestPermission()) === "granted";
}
