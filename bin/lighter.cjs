// What the kept bundle has otherwise than the packages it is made of. It loads and runs faster, and renders the same.
const { join } = require('node:path');

const instead = (name) => join(__dirname, 'instead', `${name}.cjs`);

/** An option of esbuild: what stands in a package's place. */
exports.alias = {
  archiver: instead('archiver'),
  '@noble/curves/bls12-381': instead('curves'),
  '@noble/curves/nist': instead('curves'),
  '@noble/curves/secp256k1': instead('curves'),
  '@noble/hashes/sha256': instead('sha256'),
  '@taquito/utils': '@taquito/utils/dist/taquito-utils.es6.js', // of its modules the bundler takes what is used
  yaml: 'yaml', // cdk8s brings a second copy
};

/** The converters of cdk8s-plus copy a growing object for each of its fields; one copy is enough. */
const COPIES = 'return Object.entries(result).reduce((r,i)=>i[1]===void 0?r:{...r,[i[0]]:i[1]},{})';
const COPY = 'const given={};for(const key in result)if(result[key]!==void 0)given[key]=result[key];return given';

/** The text of a bundle that was made without whitespace. */
exports.lighter = (text) => text.replaceAll(COPIES, COPY);
