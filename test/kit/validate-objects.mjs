// Reads a JSON list of Kubernetes objects from standard input, validates each against the OpenAPI schema of
// its kind, and prints a JSON list of sentences. A process of its own: the schemas are ES modules only.
import { text } from 'node:stream/consumers';

const objects = JSON.parse(await text(process.stdin));
const problems = [];
for (const { file, manifest } of objects) {
  const { apiVersion, kind, metadata } = manifest;
  const where = `${file}: ${kind} ${metadata.name}`;
  try {
    const models = await import(`kubernetes-models/${apiVersion}/${kind}`);
    const model = new models[kind](manifest);
    model.validate();
  } catch (error) {
    const unknown = error.code === 'ERR_MODULE_NOT_FOUND' || error.code === 'ERR_PACKAGE_PATH_NOT_EXPORTED';
    problems.push(unknown ? `${where}: no schema for ${apiVersion} ${kind}` : `${where}: ${error.message}`);
  }
}
console.log(JSON.stringify(problems));
