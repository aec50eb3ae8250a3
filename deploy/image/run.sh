# Runs a program of the image with its flags: see deploy/local/src/v8-flags.ts, which has the same for a start without containers.
case $1 in
  mapping) semi_space=4 ;;
  *) semi_space=16 ;;
esac
exec node --max-semi-space-size=$semi_space --v8-pool-size=1 "$(dirname "$0")/main.mjs" "$@"
