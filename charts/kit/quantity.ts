import { k8s } from 'cdk8s-plus-27';

/*
 * Quantities as the API server writes them, in the largest unit without a fraction: `10Gi` for 10240Mi, `1` for 1000m.
 * Anything else comes back changed, and a GitOps tool that compares text shows a difference for ever.
 */

const units = ['Mi', 'Gi', 'Ti', 'Pi'];

/** Memory or storage of so many MiB. */
export function mebibytes(count: number): k8s.Quantity {
  let [amount, unit] = [count, 0];
  while (amount > 0 && amount % 1024 === 0 && unit < units.length - 1) [amount, unit] = [amount / 1024, unit + 1];
  return k8s.Quantity.fromString(`${amount}${units[unit]}`);
}

/** Memory or storage of so many GiB. */
export function gibibytes(count: number): k8s.Quantity {
  return mebibytes(count * 1024);
}

/** CPU of so many thousandths of a core. */
export function milliCpus(count: number): k8s.Quantity {
  return k8s.Quantity.fromString(count % 1000 === 0 ? String(count / 1000) : `${count}m`);
}
