// Files in the cache beside the packages. Each carries a digest: of a damaged file V8 would run what is left, or die.
const { createHash, randomUUID } = require('node:crypto');
const { mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } = require('node:fs');
const { join } = require('node:path');

const DIGEST_BYTES = 32;
const digest = (content) => createHash('sha256').update(content).digest();

/** A folder whose files are whole or not there; whatever goes wrong, its answer is undefined. */
exports.KeptFiles = class {
  constructor(folder) {
    this.folder = folder;
  }

  pathOf(name) {
    return join(this.folder, name);
  }

  /** Content of a file. */
  read(name) {
    const sealed = attempt(() => readFileSync(this.pathOf(name)));
    const content = sealed?.subarray(DIGEST_BYTES);
    return content && digest(content).equals(sealed.subarray(0, DIGEST_BYTES)) ? content : undefined;
  }

  /** Keeps what `make` answers; true when that is done. */
  write(name, make) {
    const temporary = this.pathOf(randomUUID());
    const done = attempt(() => {
      const content = make();
      mkdirSync(this.folder, { recursive: true });
      writeFileSync(temporary, Buffer.concat([digest(content), content]));
      renameSync(temporary, this.pathOf(name));
      return true;
    });
    attempt(() => rmSync(temporary, { force: true }));
    return done;
  }

  /** Milliseconds by the clock that stamps files here: it may be coarse, and another machine's. */
  now() {
    return attempt(() => {
      const file = this.pathOf(randomUUID());
      mkdirSync(this.folder, { recursive: true });
      writeFileSync(file, '');
      const { ctimeMs } = statSync(file);
      rmSync(file);
      return ctimeMs;
    });
  }

  clear() {
    attempt(() => rmSync(this.folder, { recursive: true, force: true }));
  }
};

function attempt(work) {
  try {
    return work();
  } catch {
    return undefined;
  }
}
