/** Does something at once and then again and again, never twice at a time. What it throws is lost. Answers how to end it. */
export function repeated(everyMs: number, work: () => Promise<void>): () => void {
  let isAtIt = false;
  const once = async () => {
    if (isAtIt) return;
    isAtIt = true;
    await work().catch(() => {});
    isAtIt = false;
  };
  once();
  const timer = setInterval(once, everyMs);
  return () => clearInterval(timer);
}
