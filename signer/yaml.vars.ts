import { Document, visit } from 'yaml';

/**
 * For readers of YAML 1.1 (Ansible, cloud-init): every text in quotes, so that none is a number, a time or a yes to them;
 * of several lines as it is.
 */
export function yaml(value: object): string {
  const document = new Document(value, { version: '1.1', aliasDuplicateObjects: false });
  visit(document, {
    Scalar(place, node) {
      if (place === 'key' || typeof node.value !== 'string') return;
      node.type = node.value.includes('\n') ? 'BLOCK_LITERAL' : 'QUOTE_DOUBLE';
    },
  });
  return document.toString({ lineWidth: 0, directives: false });
}
