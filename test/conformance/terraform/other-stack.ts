import type { Bakery } from '../../../model/bakery';
import { created, heartbeat, stackOf as infraOf, kms, payingFor, withSite } from '../../infra/terraform';
import { smallest } from '../../kit/bakeries';
import type { Report } from '../part';
import { edited, type Stack, stackOf } from './stacks';

/** A stack and the bakery that it is of. */
export interface BakerysStack {
  readonly bakery: Bakery;
  readonly stack: Stack;
}

/**
 * What no bakery of bakeries/ need have: a project that the stack makes, keys in Cloud KMS, a budget, logs that are kept, a
 * heartbeat in a bucket, a payout site with a domain and a past.
 */
export function otherStack(): BakerysStack {
  const bakery = smallest(
    [
      ...[...created, ...kms, ...heartbeat, ...payingFor('alice'), ...withSite('alice')],
      [['google', 'budget'], { perMonth: 900 }],
      [['google', 'logRetentionDays'], 90],
    ],
    'other',
  );
  const file = 'no file of dist/ (test/conformance/terraform/other-stack.ts)';
  return { bakery, stack: stackOf(bakery.name, file, infraOf(bakery).text) };
}

/**
 * The stack without what the provider at hand does not have, according to its refusal, and what refers to that: one may
 * be built with less.
 */
export function withoutUnknown(report: Report, stack: Stack, refusal: string | undefined): Stack {
  const found = (refusal ?? '').replace(/\s+/g, ' ').matchAll(/does not support resource type "(\w+)"/g);
  const unknown = new Set([...found].map(([, type]) => type as string));
  for (const type of unknown) {
    report.skip(
      `${type}: validate, apply, plan and destroy`,
      'the provider in the mirror has no such resource',
      'the cloud',
    );
  }
  return edited(stack, ({ resource }) => {
    for (const type of unknown) delete resource[type];
    const refers = (each: unknown) => [...unknown].some((type) => JSON.stringify(each).includes(`${type}.`));
    for (const named of Object.values<Record<string, unknown>>(resource)) {
      for (const [name, each] of Object.entries(named)) if (refers(each)) delete named[name];
    }
  });
}
