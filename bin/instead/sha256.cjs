// Node's own: one in JavaScript takes longer to load and to run.
const { createHash } = require('node:crypto');

exports.sha256 = (bytes) => createHash('sha256').update(bytes).digest();
