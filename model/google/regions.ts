/**
 * Zones of each region by their last letter, where they are not a, b and c.
 * Compute Engine, "Regions and zones".
 */
const unusualZones: Readonly<Record<string, string>> = {
  'europe-west1': 'bcd',
  'us-central1': 'abcf',
  'us-east1': 'bcd',
};

/** Regions that anyone can use, as of 2026. Google adds some every year: see {@link REGION}. */
export const regions: readonly string[] = [
  'africa-south1',
  'asia-east1',
  'asia-east2',
  'asia-northeast1',
  'asia-northeast2',
  'asia-northeast3',
  'asia-south1',
  'asia-south2',
  'asia-southeast1',
  'asia-southeast2',
  'asia-southeast3',
  'australia-southeast1',
  'australia-southeast2',
  'europe-central2',
  'europe-north1',
  'europe-north2',
  'europe-southwest1',
  'europe-west1',
  'europe-west2',
  'europe-west3',
  'europe-west4',
  'europe-west6',
  'europe-west8',
  'europe-west9',
  'europe-west10',
  'europe-west12',
  'me-central1',
  'me-central2',
  'me-west1',
  'northamerica-northeast1',
  'northamerica-northeast2',
  'northamerica-south1',
  'southamerica-east1',
  'southamerica-west1',
  'us-central1',
  'us-east1',
  'us-east4',
  'us-east5',
  'us-south1',
  'us-west1',
  'us-west2',
  'us-west3',
  'us-west4',
];

/** The form of a region's name. Enough for one that opened after this table was written. */
export const REGION = /^[a-z]+-[a-z]+[1-9]\d?$/;

/** The form of a zone's name. */
export const ZONE = /^[a-z]+-[a-z]+[1-9]\d?-[a-z]$/;

const known = new Set(regions);

/** Whether the table knows the region, and so its zones. */
export function isKnownRegion(region: string): boolean {
  return known.has(region);
}

/** Full names of the region's zones; undefined where the table does not know the region. */
export function zonesOfRegion(region: string): readonly string[] | undefined {
  if (!known.has(region)) return undefined;
  return [...(unusualZones[region] ?? 'abc')].map((letter) => `${region}-${letter}`);
}

/** The zone's name without its last part. */
export function regionOf(zone: string): string {
  return zone.replace(/-[^-]*$/, '');
}
