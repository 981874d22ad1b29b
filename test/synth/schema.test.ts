import Ajv from 'ajv';
import { parse } from 'yaml';
import { schemaText } from '../../synth/schema';
import { bakeryFiles, fixtureFiles, smallestFile } from '../kit/bakeries';

const validate = new Ajv({ strict: false }).compile(JSON.parse(schemaText()));

test.each([...fixtureFiles(), smallestFile()])('the schema accepts $path', ({ text }) => {
  expect(validate(parse(text)) ? [] : validate.errors).toEqual([]);
});

test.each<[string, (data: Record<string, any>) => void]>([
  ['an unknown key', (data) => (data.nodess = {})],
  ['a missing section', (data) => delete data.google],
  ['an unknown network', (data) => (data.network = 'ghostnet')],
  ['two custodies', (data) => (data.custody.kms = {})],
  ['a bare word for a choice that needs more', (data) => (data.cluster = 'regional')],
  ['a number where text is wanted', (data) => (data.octez.node = 25.2)],
  ['a disk that is too small', (data) => (data.privateNode = { diskGiB: 1 })],
])('the schema refuses %s', (_, edit) => {
  const data = parse(smallestFile().text);
  edit(data);
  expect(validate(data)).toBe(false);
});

test.each(bakeryFiles())('$path names the schema in its first line', ({ text }) => {
  expect(text.split('\n')[0]).toBe('# yaml-language-server: $schema=../dist/bakery.schema.json');
});
