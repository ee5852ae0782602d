/** What Grafana reads at its start: where the numbers come from, and where the dashboards lie. */

/** The data source that the provisioning makes and that every dashboard starts with. */
export const dataSourceUid = 'seamwatch-prometheus';

/** Where a container finds Prometheus and the generated dashboards. */
const prometheusUrl = 'http://prometheus:9090';
const dashboardFolder = '/var/lib/grafana/dashboards';

/** The scrape interval of Prometheus: `$__rate_interval` is four of them at least. */
const scrapeInterval = '15s';

/** `provisioning/datasources/seamwatch.yaml`. */
export function dataSourceYaml(): string {
  return `# The Prometheus that scrapes the control plane and the apps.
apiVersion: 1
datasources:
  - name: Seamwatch Prometheus
    uid: ${dataSourceUid}
    type: prometheus
    access: proxy
    url: ${prometheusUrl}
    isDefault: true
    editable: false
    jsonData:
      httpMethod: POST
      timeInterval: ${scrapeInterval}
`;
}

/** `provisioning/dashboards/seamwatch.yaml`. */
export function dashboardProviderYaml(): string {
  return `# Loads every dashboard of the folder, and again when a file changes.
apiVersion: 1
providers:
  - name: seamwatch
    orgId: 1
    folder: Seamwatch
    folderUid: seamwatch
    type: file
    disableDeletion: true
    allowUiUpdates: false
    updateIntervalSeconds: 10
    options:
      path: ${dashboardFolder}
      foldersFromFilesStructure: false
`;
}
