# What a partner does, with curl alone; says what came back as one JSON object. $URL is the product, $AUTHORIZATION the partner's key.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
call() { curl -sS --fail-with-body -H "authorization: $AUTHORIZATION" -H 'content-type: application/json' "$@"; }
field() { sed -E "s/.*\"$1\":\"([^\"]*)\".*/\1/"; }

printf 'iata,name,country,latitude,longitude\nZZ9,Partner Field,USA,1,2\nZZ8,Nowhere,USA,north,2\n' > "$work/gates.csv"
size=$(wc -c < "$work/gates.csv" | tr -d ' ')
upload=$(call "$URL/v1/uploads" -d "{\"name\":\"gates.csv\",\"sizeBytes\":$size,\"contentType\":\"text/csv\"}")
curl -sS --fail -X PUT -H 'content-type: text/csv' --data-binary "@$work/gates.csv" "$URL$(field url <<< "$upload")"
file=$(call -X POST "$URL/v1/uploads/$(sed -E 's/^\{"id":"([^"]*)".*/\1/' <<< "$upload")/complete" | sed -E 's/^\{"id":"([^"]*)".*/\1/')

run=$(call "$URL/v1/runs" -d "{\"job\":\"import-dataset\",\"input\":{\"file\":\"$file\",\"model\":\"Airport\"}}" | sed -E 's/^\{"id":"([^"]*)".*/\1/')
until grep -q '"state":"\(SUCCEEDED\|FAILED\|CANCELLED\)"' "$work/run.json" 2> /dev/null; do
  call "$URL/v1/runs/$run" > "$work/run.json"
done

link=$(call "$URL/v1/files/$file/download" | field downloadUrl)
bytes=$(curl -sS --fail "$URL$link" | head -n 1)
trashed=$(call -o /dev/null -w '%{http_code}' -X DELETE "$URL/v1/files/$file")

cat << JSON
{ "run": $(cat "$work/run.json"),
  "airport": $(call "$URL/v1/airports?iata=ZZ9"),
  "log": $(call "$URL/v1/runs/$run/log"),
  "errors": $(call "$URL/v1/runs/$run/files"),
  "metric": $(call "$URL/v1/metrics/flight_delay?window=DAY"),
  "prediction": $(call "$URL/v1/inference-models/flight-delay/predictions" -d '[{"hour":8,"weekday":1,"month":3,"distance":405,"origin":"DEN","destination":"SLC"}]'),
  "bytes": "$bytes",
  "trashed": $trashed,
  "refused": $(curl -sS "$URL$link"),
  "restored": $(call -X POST "$URL/v1/files/$file/restore") }
JSON
