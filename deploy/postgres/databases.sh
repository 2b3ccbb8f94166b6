#!/usr/bin/env bash
# Makes a role and a database for each service, the role of the exporter, and sets the role's password from its file.
# Safe to repeat: on a new server it makes them, on an old one it changes nothing but the password.
# Needs: SERVICES, SECRETS (folder of *.pgpass), and libpq's PGHOST, PGUSER, PGPASSFILE.
set -euo pipefail
for service in $SERVICES; do
    PASSFILE=$SECRETS/$service.pgpass psql --no-psqlrc --quiet --set ON_ERROR_STOP=1 \
        --set service="$service" --dbname postgres --file "$(dirname "$0")/database.sql"
    echo "database $service: role and database are there"
done
if [ ! -f "$SECRETS/watcher.pgpass" ]; then
    echo "no $SECRETS/watcher.pgpass: run \`lintas secrets add secrets watcher\`" >&2
    exit 2
fi
PASSFILE=$SECRETS/watcher.pgpass psql --no-psqlrc --quiet --set ON_ERROR_STOP=1 \
    --dbname postgres --file "$(dirname "$0")/watcher.sql"
echo "role watcher is there"
