import { type GoogleHosts, type GoogleUrls, googleUrls } from '../../programs/runtime/google-hosts';

/** A Google of a test: what programs in a process of their own find in their environment, and the URLs for one in this one. */
export function googleAt(port: number): { readonly env: Record<keyof GoogleHosts, string>; readonly urls: GoogleUrls } {
  const env = { STORAGE_EMULATOR_HOST: `127.0.0.1:${port}`, GCE_METADATA_HOST: `127.0.0.1:${port}` };
  return { env, urls: googleUrls(env) };
}
