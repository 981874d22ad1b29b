import type { ServiceAccount } from '@cdktf/provider-google/lib/service-account';
import { StorageBucketIamMember } from '@cdktf/provider-google/lib/storage-bucket-iam-member';
import { heartbeatBucket, readerId } from '../model/google/names';
import { privateBucket } from './private-bucket';
import type { StackContext } from './stack-context';

/** Whoever looks late still sees when the last beat was; then nothing is left of a bakery that is gone. */
const KEPT_DAYS = 7;

/**
 * The bucket of the heartbeat: one object, written over each minute. Who reads it learns from its time that monitoring is
 * dead. It holds nothing that is missed when it is gone.
 */
export function heartbeatResources(context: StackContext, writer: ServiceAccount): void {
  const { stack, bakery } = context;
  const bucket = privateBucket(context, 'heartbeat_bucket', {
    name: heartbeatBucket(bakery),
    forceDestroy: true,
    // What is written over is not kept, in neither way: a week of it would be ten thousand objects.
    versioning: { enabled: false },
    softDeletePolicy: { retentionDurationSeconds: 0 },
    lifecycleRule: [{ action: { type: 'Delete' }, condition: { age: KEPT_DAYS } }],
  });
  const may = (id: string, role: string, member: string) =>
    new StorageBucketIamMember(stack, id, { bucket: bucket.name, role, member });
  // To write over an object takes the right to delete it, which storage.objectCreator has not.
  may('heartbeat_writer', 'roles/storage.objectUser', writer.member);
  for (const member of bakery.settings.monitoring.own?.heartbeat?.bucket?.readers ?? []) {
    may(`heartbeat_reader_${readerId(member)}`, 'roles/storage.objectViewer', member);
  }
}
