import { sshFingerprint } from '../../model/ssh-keys';

test('a fingerprint is what ssh-keygen shows', () => {
  const key = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOaHRsvbG7qfmRYCbdkqTxOE2axQkTxvzBBieyZQtL75';
  expect(sshFingerprint(key)).toBe('SHA256:t8tLE4Ck2y68n+NRqBsd2SF03FnOGRVEhrdetrC4iZc'); // ssh-keygen -l, OpenSSH 9.2
});
