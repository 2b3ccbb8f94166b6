#!/usr/bin/env bash
# Waits until every container of the project is healthy and every one-off job has ended well.
# usage: wait-healthy.sh SECONDS docker-compose [options]
set -euo pipefail
seconds=$1; shift
look() {  # one line for each container that is not yet where it should be
    "$@" ps -q | xargs -r docker inspect --format '{{index .Config.Labels "com.docker.compose.service"}} {{.State.Status}} {{if .State.Health}}{{.State.Health.Status}}{{else}}-{{end}} {{.State.ExitCode}}' |
        grep -v -e ' running healthy 0$' -e ' running - 0$' -e ' exited - 0$' || true
}
for ((left = seconds; left > 0; left -= 2)); do
    waiting=$(look "$@")
    if [ -z "$waiting" ]; then exit 0; fi
    if [ "$waiting" != "${before:-}" ]; then printf 'waiting for: %s\n' "$(cut -d' ' -f1 <<<"$waiting" | sort | paste -sd' ')"; fi
    before=$waiting
    sleep 2
done
printf 'not healthy after %s s (service, state, health, exit code):\n%s\nlook with: %s logs SERVICE\n' "$seconds" "$waiting" "$*" >&2
exit 1
