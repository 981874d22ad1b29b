import { GoogleError, invalid, notFound } from './google-error';
import type { Call, Json, Routes } from './google-routes';
import type { GoogleWorld } from './google-world';

const BUCKET = 'b/{bucket}';
const full = ({ at }: Pick<Call, 'at'>) => `storage/b/${at.bucket}`;

/** Cloud Storage (JSON API): buckets, who may do what in them, and that their objects are in the way. */
export function cloudStorage(world: GoogleWorld): Routes {
  const objects = (call: Call) => [...world.resources.keys()].filter((name) => name.startsWith(`${full(call)}/o/`));
  return {
    'POST b': ({ query, body }) => {
      const { number } = world.project(query.get('project') ?? '');
      const bucket = makeBucket(body, number);
      const name = `storage/b/${bucket.name}`;
      // Of all customers together, whoever asks.
      if (world.resources.has(name)) throw conflict('The requested bucket name is not available.');
      world.resources.set(name, bucket);
      return bucket;
    },
    [`GET ${BUCKET}`]: (call) => world.get(full(call)),
    [`DELETE ${BUCKET}`]: (call) => {
      world.get(full(call));
      if (objects(call).length > 0) throw conflict('The bucket you tried to delete is not empty.');
      world.resources.delete(full(call));
      return {};
    },
    [`GET ${BUCKET}/iam`]: (call) => {
      world.get(full(call));
      return {
        kind: 'storage#policy',
        resourceId: `projects/_/buckets/${call.at.bucket}`,
        ...world.policies.read(full(call)),
      };
    },
    [`PUT ${BUCKET}/iam`]: (call) => {
      const { iamConfiguration } = world.get(full(call));
      const members: string[] = (call.body.bindings ?? []).flatMap((binding: Json) => binding.members);
      if (
        iamConfiguration.publicAccessPrevention === 'enforced' &&
        members.some((each) => /^all(Authenticated)?Users$/.test(each))
      ) {
        throw new GoogleError(412, 'One or more users named in the policy do not belong to a permitted customer.', {
          reason: 'conditionNotMet',
        });
      }
      const { kind: _, resourceId: __, ...policy } = call.body;
      return world.policies.set(full(call), policy);
    },
    [`GET ${BUCKET}/o`]: (call) => {
      world.get(full(call));
      const items = objects(call).map((name) => world.get(name));
      return { kind: 'storage#objects', ...(items.length > 0 ? { items } : {}) };
    },
    [`DELETE ${BUCKET}/o/{object}`]: (call) => {
      const name = `${full(call)}/o/${call.at.object}`;
      world.get(name);
      world.resources.delete(name);
      return {};
    },
    // The provider looks for these before it deletes a bucket.
    [`GET ${BUCKET}/anywhereCaches/`]: (call) => {
      world.get(full(call));
      return { kind: 'storage#anywhereCaches' };
    },
  };
}

/** Somebody has written an object, as the pods of a bakery do. */
export function writeInto(world: GoogleWorld, bucket: string, name: string): void {
  if (!world.resources.has(`storage/b/${bucket}`)) throw notFound(bucket);
  const generation = String(world.next());
  world.resources.set(`storage/b/${bucket}/o/${name}`, { kind: 'storage#object', bucket, name, generation });
}

/** What a stack may send of a bucket; other fields come with the first stack that sends them. */
const known = [
  ...['name', 'location', 'labels', 'storageClass', 'versioning', 'lifecycle', 'iamConfiguration', 'softDeletePolicy'],
  'website',
];

/** As Cloud Storage makes it (Buckets: insert). */
function makeBucket(sent: Json, projectNumber: string): Json {
  const strange = Object.keys(sent).find((field) => !known.includes(field));
  if (strange) throw invalid(`the stand-in knows no ${strange} of a bucket`);
  const { name = '', location = 'US', versioning, lifecycle, softDeletePolicy = {}, website } = sent;
  // "About buckets": names (those with dots are of domains that somebody has proved to own).
  if (!/^(?!goog)(?!.*google)[a-z0-9][a-z0-9_-]{1,61}[a-z0-9]$/.test(name))
    throw invalid(`Invalid bucket name: '${name}'`);
  if (!/^[a-z]+(-[a-z]+\d+)?$/i.test(location)) throw invalid('The specified location constraint is not valid.');
  const keptSeconds = Number(softDeletePolicy.retentionDurationSeconds ?? 7 * 86_400);
  if (keptSeconds !== 0 && !(keptSeconds >= 7 * 86_400 && keptSeconds <= 90 * 86_400)) {
    throw invalid('Soft delete policy retention duration must be 0, or between 7 and 90 days.');
  }
  if (website?.mainPageSuffix?.includes('/')) throw invalid('Invalid website configuration: mainPageSuffix');
  for (const { action, condition } of lifecycle?.rule ?? []) mustBeRule(action, condition);
  const now = new Date().toISOString();
  return {
    kind: 'storage#bucket',
    id: name,
    name,
    projectNumber,
    selfLink: `https://www.googleapis.com/storage/v1/b/${name}`,
    location: location.toUpperCase(),
    locationType: location.includes('-') ? 'region' : 'multi-region',
    storageClass: sent.storageClass ?? 'STANDARD',
    metageneration: '1',
    etag: 'CAE=',
    timeCreated: now,
    updated: now,
    ...(sent.labels ? { labels: sent.labels } : {}),
    ...(versioning ? { versioning } : {}),
    ...(website ? { website } : {}),
    ...(lifecycle?.rule?.length > 0 ? { lifecycle } : {}),
    softDeletePolicy: {
      retentionDurationSeconds: `${keptSeconds}`,
      ...(keptSeconds > 0 ? { effectiveTime: now } : {}),
    },
    iamConfiguration: accessOf(sent.iamConfiguration ?? {}, now),
  };
}

function mustBeRule(action: Json, condition: Json): void {
  if (!['Delete', 'SetStorageClass', 'AbortIncompleteMultipartUpload'].includes(action?.type))
    throw invalid('Invalid action type');
  if (Object.keys(condition ?? {}).length === 0) throw invalid('A lifecycle rule must have at least one condition.');
}

function accessOf(
  { uniformBucketLevelAccess: uniform = {}, publicAccessPrevention = 'inherited' }: Json,
  now: string,
): Json {
  if (!['inherited', 'enforced'].includes(publicAccessPrevention)) throw invalid('publicAccessPrevention');
  const lockedTime = new Date(Date.parse(now) + 90 * 86_400_000).toISOString(); // then it stays for good
  const access = uniform.enabled ? { enabled: true, lockedTime } : { enabled: false };
  return { uniformBucketLevelAccess: access, bucketPolicyOnly: access, publicAccessPrevention };
}

const conflict = (message: string) => new GoogleError(409, message, { reason: 'conflict' });
