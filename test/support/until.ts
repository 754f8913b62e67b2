/** Waits until something holds, looking often; fails with what was waited for. Generous, for machines under load. */
export async function until(holds: () => boolean | Promise<boolean>, what: string, patienceMs = 30_000): Promise<void> {
  const startedMs = performance.now();
  while (!(await holds())) {
    if (performance.now() - startedMs > patienceMs) throw new Error(`waited in vain until ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
