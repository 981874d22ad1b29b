import { isKnownRegion, REGION, regionOf, regions, ZONE, zonesOfRegion } from '../../../model/google/regions';

test('zones are a, b and c but for the oldest regions', () => {
  expect(zonesOfRegion('europe-west3')).toEqual(['europe-west3-a', 'europe-west3-b', 'europe-west3-c']);
  expect(zonesOfRegion('europe-west1')).toEqual(['europe-west1-b', 'europe-west1-c', 'europe-west1-d']);
  expect(zonesOfRegion('us-east1')).toEqual(['us-east1-b', 'us-east1-c', 'us-east1-d']);
  expect(zonesOfRegion('us-central1')).toEqual(['us-central1-a', 'us-central1-b', 'us-central1-c', 'us-central1-f']);
});

test('every region of the table and its zones have the form of their kind', () => {
  for (const region of regions) {
    expect(region).toMatch(REGION);
    for (const zone of zonesOfRegion(region)!) {
      expect(zone).toMatch(ZONE);
      expect(regionOf(zone)).toBe(region);
    }
  }
  expect(new Set(regions).size).toBe(regions.length);
});

test('a region newer than the table passes by its form, without zones', () => {
  expect('asia-southeast9').toMatch(REGION);
  expect(isKnownRegion('asia-southeast9')).toBe(false);
  expect(zonesOfRegion('asia-southeast9')).toBeUndefined();
});

test.each(['europe-west1-b', 'europe-west', 'EU', 'europe_west1', 'west1', 'europe-west01', 'constructor'])(
  '%s is no region',
  (text) => expect(text).not.toMatch(REGION),
);
