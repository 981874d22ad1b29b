import { collectionRoutes } from './google-collection';
import { GoogleError, invalid } from './google-error';
import type { Json, Routes } from './google-routes';
import type { GoogleWorld } from './google-world';
import { policyRoutes } from './iam-policies';

const RINGS = 'projects/{project}/locations/{location}/keyRings';
const KEYS = `${RINGS}/{ring}/cryptoKeys`;
const name = /^[a-zA-Z0-9_-]{1,63}$/;

/** Cloud KMS. Rings and keys stay for ever; what can be destroyed is a version of a key. */
export function kms(world: GoogleWorld): Routes {
  return {
    ...collectionRoutes(world, {
      service: 'kms',
      path: RINGS,
      idParameter: 'keyRingId',
      idPattern: name,
      make: () => ({}),
    }),
    ...collectionRoutes(world, {
      service: 'kms',
      path: KEYS,
      idParameter: 'cryptoKeyId',
      idPattern: name,
      make: (sent, key) => makeKey(world, sent, key),
      immutable: ['purpose', 'importOnly', 'destroyScheduledDuration'],
    }),
    ...versionRoutes(world),
    ...policyRoutes(world, 'kms', `${RINGS}/{ring}`),
    ...policyRoutes(world, 'kms', `${KEYS}/{key}`),
  };
}

function makeKey(world: GoogleWorld, sent: Json, key: string): Json {
  world.get(`kms/${key.slice(0, key.indexOf('/cryptoKeys/'))}`);
  const { purpose, rotationPeriod, versionTemplate } = sent;
  if (!purpose) throw invalid('crypto_key.purpose: must be set');
  const algorithm = versionTemplate?.algorithm ?? 'GOOGLE_SYMMETRIC_ENCRYPTION';
  const isSymmetric = purpose === 'ENCRYPT_DECRYPT';
  if (isSymmetric !== (algorithm === 'GOOGLE_SYMMETRIC_ENCRYPTION'))
    throw invalid(`${algorithm} is no algorithm of ${purpose}`);
  if (rotationPeriod && !isSymmetric) throw invalid('Only symmetric keys rotate by themselves');
  const version = `${key}/cryptoKeyVersions/1`;
  world.resources.set(`kms/${version}`, { name: version, state: 'ENABLED', algorithm, protectionLevel: levelOf(sent) });
  return {
    ...sent,
    primary: isSymmetric ? world.get(`kms/${version}`) : undefined,
    versionTemplate: { protectionLevel: levelOf(sent), algorithm },
    destroyScheduledDuration: sent.destroyScheduledDuration ?? '2592000s',
    nextRotationTime: rotationPeriod ? (sent.nextRotationTime ?? '2027-01-01T00:00:00Z') : undefined,
  };
}

const levelOf = ({ versionTemplate }: Json) => versionTemplate?.protectionLevel ?? 'SOFTWARE';

function versionRoutes(world: GoogleWorld): Routes {
  const versions = `${KEYS}/{key}/cryptoKeyVersions`;
  return {
    [`GET ${versions}`]: ({ path }) => ({ cryptoKeyVersions: world.under(`kms/${path}/`) }),
    [`POST ${versions}/{version}:destroy`]: ({ path }) => {
      const version = world.get(`kms/${path.replace(/:destroy$/, '')}`);
      version.state = 'DESTROY_SCHEDULED';
      return version;
    },
  };
}

/** Google's services encrypt with somebody's key only if their agent may: refused in the words of the service. */
export function mayEncrypt(world: GoogleWorld, key: string, agent: string): void {
  world.get(`kms/${key}`);
  const role = 'roles/cloudkms.cryptoKeyEncrypterDecrypter';
  const places = [`kms/${key}`, `kms/${key.slice(0, key.indexOf('/cryptoKeys/'))}`];
  if (places.some((place) => world.policies.has(place, role, `serviceAccount:${agent}`))) return;
  throw new GoogleError(400, `${agent} may not use the key ${key}: grant it ${role}`, {
    status: 'FAILED_PRECONDITION',
  });
}
