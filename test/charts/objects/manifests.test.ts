import { ApiObject, App, Chart } from 'cdk8s';
import { k8s } from 'cdk8s-plus-27';
import { bakeryCharts } from '../../../charts/bakery.charts';
import { manifestsOf } from '../../../charts/objects/manifests';
import { yamlDocuments } from '../../../charts/objects/yaml';
import { exampleBakeries } from '../../kit/rendered';

test.each(Object.values(exampleBakeries()))('the objects of $name are what cdk8s makes of them', (bakery) => {
  const app = new App();
  bakeryCharts(app, bakery);
  for (const chart of app.node.children.filter(Chart.isChart)) {
    expect(yamlDocuments(manifestsOf(chart))).toBe(yamlDocuments(chart.toJson()));
  }
});

test('fields that have another name in JSON get it, and what is undefined is left out', () => {
  const chart = new Chart(new App(), 'chart', { disableResourceNameHashes: true });
  new k8s.KubeService(chart, 'service', {
    metadata: { name: 'b', labels: undefined },
    spec: { clusterIp: 'None', ports: [{ port: 1, targetPort: k8s.IntOrString.fromString('rpc') }] },
  });
  new ApiObject(chart, 'other', { apiVersion: 'x/v1', kind: 'Other', metadata: { name: 'a' }, spec: { b: [], a: {} } });
  const manifests = manifestsOf(chart);
  expect(manifests[0].spec).toEqual({ clusterIP: 'None', ports: [{ port: 1, targetPort: 'rpc' }] });
  expect(yamlDocuments(manifests)).toBe(yamlDocuments(chart.toJson()));
});

test('a value that no manifest can hold is refused', () => {
  const chart = new Chart(new App(), 'chart');
  new ApiObject(chart, 'x', { apiVersion: 'v1', kind: 'X', metadata: { name: 'x' }, spec: { when: new Date(0) } });
  expect(() => manifestsOf(chart)).toThrow('a manifest cannot hold a Date');
});
