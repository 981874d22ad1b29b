/** `1500m`, `0.5`, `2` as thousandths. */
export function cpuMilli(text: string | number): number {
  const word = String(text);
  return word.endsWith('m') ? Number(word.slice(0, -1)) : Number(word) * 1000;
}

const units: Readonly<Record<string, number>> = { Ki: 1 / 1024, Mi: 1, Gi: 1024, Ti: 1024 * 1024 };

/** `768Mi`, `7Gi`. */
export function mebibytes(text: string | number): number {
  const [, amount, unit] = /^([\d.]+)([KMGT]i)$/.exec(String(text)) ?? [];
  if (!amount || !unit) throw new Error(`${text}: not an amount in Ki, Mi, Gi or Ti`);
  return Number(amount) * units[unit]!;
}
