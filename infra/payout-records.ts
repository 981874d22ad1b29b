import type { ServiceAccount } from '@cdktf/provider-google/lib/service-account';
import { StorageBucketIamMember } from '@cdktf/provider-google/lib/storage-bucket-iam-member';
import { recordsBucket } from '../model/google/names';
import { privateBucket } from './private-bucket';
import type { StackContext } from './stack-context';

/** To write what is new and to read: nothing that is there is written over or deleted, whoever gets into the pod. */
const roles = [
  { id: 'creator', role: 'roles/storage.objectCreator' },
  { id: 'viewer', role: 'roles/storage.objectViewer' },
];

/**
 * What has been paid, operation by operation, and the number of the newest reconciliation: with them a lost journal loses
 * nothing that is final. Old versions stay, and nobody but the guard reads it, whatever somebody grants to everybody.
 */
export function payoutRecords(context: StackContext, guard: ServiceAccount): void {
  const { stack, bakery } = context;
  const bucket = privateBucket(context, 'payout_records', {
    name: recordsBucket(bakery),
    versioning: { enabled: true },
    lifecycle: { preventDestroy: true },
  });
  for (const { id, role } of roles) {
    new StorageBucketIamMember(stack, `payout_records_${id}`, { bucket: bucket.name, role, member: guard.member });
  }
}
