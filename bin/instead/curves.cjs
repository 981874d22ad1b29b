// Only addresses and keys are read here and no signature, and the constants of these curves take 80 ms to compute.
exports.bls12_381 = {}; // what verifies a signature with it ends in an error
exports.p256 = {};
exports.secp256k1 = {};
