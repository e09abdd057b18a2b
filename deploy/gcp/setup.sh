#!/bin/sh
# Endure on GKE Autopilot, with Cloud SQL for PostgreSQL and Memorystore for Valkey (append-only file, no cluster mode).
# npm run check sees to it that a shell can read this and that kustomization.yaml fits; what gcloud makes of it, it cannot.
#
# Not Cloud Run: its instances have no addresses of their own, and our processes talk to each other. With one process, no
# Redis and Cloud SQL it would run, but each deployment starts the second instance before the first one ends, which the
# server refuses on the same database.
set -eu
project=${1:?project}
region=${2:-europe-west1}
gcloud config set project "$project"
gcloud services enable container.googleapis.com sqladmin.googleapis.com memorystore.googleapis.com \
  networkconnectivity.googleapis.com secretmanager.googleapis.com artifactregistry.googleapis.com

gcloud artifacts repositories create endure --repository-format=docker --location="$region"
image=$region-docker.pkg.dev/$project/endure/endure
docker build --file deploy/Dockerfile --tag "$image:0.1.0" .
docker push "$image:0.1.0"

gcloud compute addresses create endure --global
gcloud container clusters create-auto endure --region="$region" --enable-secret-manager
gcloud sql instances create endure --database-version=POSTGRES_17 --edition=enterprise --tier=db-g1-small \
  --region="$region" --network=default --no-assign-ip --backup --enable-point-in-time-recovery --storage-auto-increase
gcloud sql databases create endure --instance=endure
gcloud network-connectivity service-connection-policies create endure --network=default --region="$region" \
  --service-class=gcp-memorystore --subnets="projects/$project/regions/$region/subnetworks/default"
gcloud memorystore instances create endure --location="$region" --mode=cluster-disabled --shard-count=1 \
  --replica-count=1 --node-type=shared-core-nano --persistence-config-mode=aof \
  --persistence-config-aof-append-fsync=everysec --engine-configs=maxmemory-policy=noeviction \
  --endpoints="[{\"connections\":[{\"pscAutoConnection\":{\"network\":\"projects/$project/global/networks/default\",\"projectId\":\"$project\"}}]}]"

# Made here and kept in Secret Manager alone. The pods read them as files (google.yaml).
for name in cluster-secret jwt-secret admin-password; do
  openssl rand -hex 32 | tr -d '\n' | gcloud secrets create "endure-$name" --data-file=-
done
password=$(openssl rand -hex 32)
gcloud sql users create endure --instance=endure --password="$password"
database=$(gcloud sql instances describe endure --format='value(ipAddresses[0].ipAddress)')
printf 'postgresql://endure:%s@%s:5432/endure' "$password" "$database" |
  gcloud secrets create endure-database-url --data-file=-
redis=$(gcloud memorystore instances describe endure --location="$region" \
  --format='value(endpoints[0].connections[0].pscAutoConnection.ipAddress)')
printf 'redis://%s:6379' "$redis" | gcloud secrets create endure-redis-url --data-file=-

number=$(gcloud projects describe "$project" --format='value(projectNumber)')
for name in database-url redis-url cluster-secret jwt-secret admin-password; do
  gcloud secrets add-iam-policy-binding "endure-$name" --role=roles/secretmanager.secretAccessor \
    --member="principal://iam.googleapis.com/projects/$number/locations/global/workloadIdentityPools/$project.svc.id.goog/subject/ns/default/sa/endure"
done

# Say in google.yaml and kustomization.yaml what PROJECT and BALANCER are, then:
gcloud container clusters get-credentials endure --region="$region"
kubectl apply -k deploy/gcp
