/** Throwaway keys of the examples in bakeries/, by address: whose they are. Nobody holds their secret keys. */
export const exampleKeys: ReadonlyMap<string, string> = new Map([
  ['tz2UfiRX69g7KURzP9JDfT4tig1o458EsMQU', 'mainnet'],
  ['tz1cJFkKeMYgDAy6mzCAs76YPviFzbX11PVv', 'bakingnet'],
  ['tz1N1eF6zz6Rnea8USN7qs7XCYwnWqAWtBT1', 'carthagenet'],
  ['tz3X8uHggYiQmkWtZA6o7NtbWNV1GZvQysAR', 'mainnet'], // wallets
  ['tz1SCJ1Qt7Rq9LCLAYRWg6uPdTdnrHPu8a89', 'carthagenet'],
]);

/** The same of the ssh keys of their signers and people. Nobody holds the private halves: who leaves one in waits for a signer that never comes. */
export const exampleSshKeys: ReadonlyMap<string, string> = new Map([
  ['ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOaHRsvbG7qfmRYCbdkqTxOE2axQkTxvzBBieyZQtL75', 'mainnet'],
  ['ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIFSMW3hqP3bE1FQmk8SBUYInNM7v7oAI6FApkbv02FIh', 'mainnet'],
  ['ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIMsEcEc0oLWa088wMwHVZaSX4nMTrtGLuE7aGtK3y6sN', 'mainnet'],
  ['ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIEv56Es2FbTcEMlYH6jpIMUbGZOpK9wCpQ5CEsL1uoqF', 'carthagenet'],
  ['ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIB/bOmyGBFIe1yoyqlCcnpphSNMQzLHfXs1mjSMFsjsB', 'carthagenet'],
]);
