// Endure on Azure Container Apps, with PostgreSQL Flexible Server and Azure Managed Redis (Azure Cache for Redis, its
// predecessor, takes no new caches and ends in 2028). Nothing on our side can parse Bicep: check it with
//   az bicep build --file main.bicep && az deployment group what-if --resource-group endure --template-file main.bicep
//
// The replicas of one container app have no addresses of their own, and our processes talk to each other. So each
// process is an app of its own with one replica, and nginx, an app too, is in front of them all.
// Secrets lie in a Key Vault before: cluster-secret, jwt-secret, admin-password, and database-url and redis-url
//   postgresql://endure:<password>@<database output>:5432/endure?sslmode=verify-full and rediss://:<key>@<redis output>:10000

param location string = resourceGroup().location
param image string
@description('nginx with our nginx.conf, endure.conf and an upstream.conf that lists endure-1:2567 and endure-2:2567')
param nginxImage string
param vaultName string
param identityName string
param processes int = 2
@secure()
param databasePassword string

var names = [for index in range(1, processes): 'endure-${index}']
var secretNames = ['database-url', 'redis-url', 'cluster-secret', 'jwt-secret', 'admin-password']

resource vault 'Microsoft.KeyVault/vaults@2023-07-01' existing = {
  name: vaultName
}

// May read the secrets of the vault and pull the images.
resource identity 'Microsoft.ManagedIdentity/userAssignedIdentities@2023-01-31' existing = {
  name: identityName
}

resource logs 'Microsoft.OperationalInsights/workspaces@2023-09-01' = {
  name: 'endure'
  location: location
  properties: { retentionInDays: 30, sku: { name: 'PerGB2018' } }
}

resource environment 'Microsoft.App/managedEnvironments@2024-03-01' = {
  name: 'endure'
  location: location
  properties: {
    appLogsConfiguration: {
      destination: 'log-analytics'
      logAnalyticsConfiguration: {
        customerId: logs.properties.customerId
        sharedKey: logs.listKeys().primarySharedKey
      }
    }
  }
}

resource process 'Microsoft.App/containerApps@2024-03-01' = [for name in names: {
  name: name
  location: location
  identity: { type: 'UserAssigned', userAssignedIdentities: { '${identity.id}': {} } }
  properties: {
    managedEnvironmentId: environment.id
    configuration: {
      activeRevisionsMode: 'Single'
      // Plain TCP within the environment: for nginx, and for the relay between the processes.
      ingress: { external: false, transport: 'tcp', targetPort: 2567, exposedPort: 2567 }
      secrets: [for secret in secretNames: {
        name: secret
        keyVaultUrl: '${vault.properties.vaultUri}secrets/${secret}'
        identity: identity.id
      }]
    }
    template: {
      // Longer than the 15 s in which a process hands its battles over.
      terminationGracePeriodSeconds: 30
      scale: { minReplicas: 1, maxReplicas: 1 }
      containers: [
        {
          name: 'endure'
          image: image
          resources: { cpu: json('1.0'), memory: '2Gi' }
          env: [
            { name: 'ADVERTISED_HOST', value: name }
            // The private addresses of the environment: nginx, and Azure's own proxies before it.
            { name: 'TRUSTED_PROXIES', value: '10.0.0.0/8,100.64.0.0/10,172.16.0.0/12' }
            { name: 'AUTH_GUESTS', value: 'false' }
            { name: 'DATABASE_URL', secretRef: 'database-url' }
            { name: 'REDIS_URL', secretRef: 'redis-url' }
            { name: 'CLUSTER_SECRET', secretRef: 'cluster-secret' }
            { name: 'JWT_SECRET', secretRef: 'jwt-secret' }
            { name: 'ADMIN_PASSWORD', secretRef: 'admin-password' }
          ]
          probes: [
            { type: 'Startup', httpGet: { path: '/health/live', port: 2567 }, periodSeconds: 2, failureThreshold: 60 }
            { type: 'Readiness', httpGet: { path: '/health/ready', port: 2567 }, periodSeconds: 5, timeoutSeconds: 3 }
            { type: 'Liveness', httpGet: { path: '/health/live', port: 2567 }, periodSeconds: 10, timeoutSeconds: 5 }
          ]
        }
      ]
    }
  }
}]

resource front 'Microsoft.App/containerApps@2024-03-01' = {
  name: 'endure'
  location: location
  identity: { type: 'UserAssigned', userAssignedIdentities: { '${identity.id}': {} } }
  properties: {
    managedEnvironmentId: environment.id
    configuration: {
      // Requests end after four minutes of silence; the server pings its WebSockets every 3 s.
      ingress: { external: true, transport: 'http', targetPort: 80, allowInsecure: false }
    }
    template: {
      scale: { minReplicas: 1, maxReplicas: 2 }
      containers: [
        { name: 'nginx', image: nginxImage, resources: { cpu: json('0.5'), memory: '1Gi' } }
      ]
    }
  }
  dependsOn: [process]
}

resource database 'Microsoft.DBforPostgreSQL/flexibleServers@2024-08-01' = {
  name: 'endure-${uniqueString(resourceGroup().id)}'
  location: location
  sku: { name: 'Standard_B1ms', tier: 'Burstable' }
  properties: {
    version: '17'
    administratorLogin: 'endure'
    administratorLoginPassword: databasePassword
    storage: { storageSizeGB: 32, autoGrow: 'Enabled' }
    backup: { backupRetentionDays: 7, geoRedundantBackup: 'Disabled' }
  }

  resource endure 'databases' = {
    name: 'endure'
  }

  // From within Azure. Better: a private endpoint in a network of your own.
  resource azure 'firewallRules' = {
    name: 'azure'
    properties: { startIpAddress: '0.0.0.0', endIpAddress: '0.0.0.0' }
  }
}

resource redis 'Microsoft.Cache/redisEnterprise@2025-04-01' = {
  name: 'endure-${uniqueString(resourceGroup().id)}'
  location: location
  sku: { name: 'Balanced_B0' }
  properties: { highAvailability: 'Enabled', minimumTlsVersion: '1.2' }

  resource battles 'databases' = {
    name: 'default'
    properties: {
      port: 10000
      clientProtocol: 'Encrypted'
      // Our scripts touch keys of several kinds at once.
      clusteringPolicy: 'NoCluster'
      evictionPolicy: 'NoEviction'
      persistence: { aofEnabled: true, aofFrequency: '1s' }
      accessKeysAuthentication: 'Enabled'
    }
  }
}

output database string = database.properties.fullyQualifiedDomainName
output redis string = redis.properties.hostName
output address string = front.properties.configuration.ingress.fqdn
