/** Variables that Google's own libraries look at, too. */
export interface GoogleHosts {
  readonly STORAGE_EMULATOR_HOST?: string;
  readonly GCE_METADATA_HOST?: string;
}

/** Starts of the URLs of Cloud Storage, and of what tells the pod's token. */
export function googleUrls(hosts: GoogleHosts): { readonly storage: string; readonly metadata: string } {
  return {
    storage: urlOf(hosts.STORAGE_EMULATOR_HOST) ?? 'https://storage.googleapis.com',
    metadata: urlOf(hosts.GCE_METADATA_HOST) ?? 'http://metadata.google.internal',
  };
}

/** Both variables are `host:port`; the first one may also be a URL. */
function urlOf(host: string | undefined): string | undefined {
  if (!host) return undefined;
  return /^https?:\/\//.test(host) ? host : `http://${host}`;
}
