/** Who has not answered for so long may be let off. */
const PATIENCE_MS = 10_000;

/**
 * Who need not answer, because the guard before has told one agent that it had stopped for good. The right comes with
 * that agent's answer, serves one opening, and ends with that agent's session.
 */
export class HandOver {
  /** By signer whose answer gave it: whom it names. */
  private readonly rights = new Map<string, ReadonlySet<string>>();
  /** By signer: since when it has not answered. */
  private readonly silentSinceMs = new Map<string, number>();

  constructor(
    signers: readonly string[],
    private readonly monotonicMs: () => number,
  ) {
    for (const signer of signers) this.isSilent(signer);
  }

  /** A signer's session is none any more: neither is what its answer allowed. */
  isSilent(signer: string): void {
    this.silentSinceMs.set(signer, this.monotonicMs());
    this.rights.delete(signer);
  }

  /** A signer has answered; its answer before is void. */
  grant(signer: string, mayBeSkipped: readonly string[]): void {
    this.rights.delete(signer);
    if (mayBeSkipped.length > 0) this.rights.set(signer, new Set(mayBeSkipped));
  }

  /** An opening has used it. */
  use(): void {
    this.rights.clear();
  }

  /** Whether its last answer gave a right that has not been used. */
  isGivenBy(signer: string): boolean {
    return this.rights.has(signer);
  }

  /** Whether a signer that has not answered counts as if it had. */
  letsOff(signer: string): boolean {
    const forMs = this.monotonicMs() - (this.silentSinceMs.get(signer) as number);
    return forMs >= PATIENCE_MS && [...this.rights.values()].some((named) => named.has(signer));
  }
}
