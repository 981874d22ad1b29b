/** Variables that Google's own libraries look at, too: where tests have it. */
export interface GoogleHosts {
  readonly STORAGE_EMULATOR_HOST?: string;
  readonly GCE_METADATA_HOST?: string;
}

/** Starts of URLs. */
export interface GoogleUrls {
  readonly storage: string;
  /** What tells the pod's token. */
  readonly metadata: string;
}

/** Cloud Storage: its JSON API, and whatever everybody may read, below the name of its bucket. */
export const GOOGLE_STORAGE = 'https://storage.googleapis.com';

/** Where a program of ours finds Google; `hosts`: its environment, which is empty of these in a pod. */
export function googleUrls(hosts: GoogleHosts = process.env as GoogleHosts): GoogleUrls {
  return {
    storage: urlOf(hosts.STORAGE_EMULATOR_HOST) ?? GOOGLE_STORAGE,
    metadata: urlOf(hosts.GCE_METADATA_HOST) ?? 'http://metadata.google.internal',
  };
}

/** Both variables are `host:port`; the first one may also be a URL. */
function urlOf(host: string | undefined): string | undefined {
  if (!host) return undefined;
  return /^https?:\/\//.test(host) ? host : `http://${host}`;
}

/** Path of the objects of a bucket (Cloud Storage JSON API, v1); behind a slash follows the name of one, encoded. */
export function objectsPath(bucket: string): string {
  return `/storage/v1/b/${encodeURIComponent(bucket)}/o`;
}

export function objectPath(bucket: string, name: string): string {
  return `${objectsPath(bucket)}/${encodeURIComponent(name)}`;
}

/** Path of an upload (Objects: insert): `media` is the bytes alone, `multipart` what they are to be as well. */
export function uploadPath(
  bucket: string,
  kind: 'media' | 'multipart',
  more: Readonly<Record<string, string>>,
): string {
  return `/upload${objectsPath(bucket)}?${new URLSearchParams({ uploadType: kind, ...more })}`;
}
