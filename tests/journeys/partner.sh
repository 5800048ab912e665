# What a partner does, with curl alone; says what came back as one JSON object. $URL is the product, $AUTHORIZATION the partner's key, $FLIGHTS a Parquet file.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
call() { curl -sS --fail-with-body -H "authorization: $AUTHORIZATION" -H 'content-type: application/json' "$@"; }
field() { sed -E "s/.*\"$1\":\"([^\"]*)\".*/\1/"; }
id() { sed -E 's/^[[{]*"id":"([^"]*)".*/\1/'; }
# Asks for run $1 until its state is one of $2.
until_state() {
  until call "$URL/v1/runs/$1" > "$work/run.json" && grep -Eq "\"state\":\"($2)\"" "$work/run.json"; do sleep 0.1; done
  cat "$work/run.json"
}
ended='SUCCEEDED|FAILED|CANCELLED'

printf 'iata,name,country,latitude,longitude\nZZ9,Partner Field,USA,1,2\nZZ8,Nowhere,USA,north,2\n' > "$work/gates.csv"
size=$(wc -c < "$work/gates.csv" | tr -d ' ')
upload=$(call "$URL/v1/uploads" -d "{\"name\":\"gates.csv\",\"sizeBytes\":$size,\"contentType\":\"text/csv\"}")
curl -sS --fail -X PUT -H 'content-type: text/csv' --data-binary "@$work/gates.csv" "$URL$(field url <<< "$upload")"
file=$(call -X POST "$URL/v1/uploads/$(id <<< "$upload")/complete" | id)

run=$(call "$URL/v1/runs" -d "{\"job\":\"import-dataset\",\"input\":{\"file\":\"$file\",\"model\":\"Airport\"}}" | id)
imported=$(until_state "$run" "$ended")

link=$(call "$URL/v1/files/$file/download" | field downloadUrl)
bytes=$(curl -sS --fail "$URL$link" | head -n 1)
trashed=$(call -o /dev/null -w '%{http_code}' -X DELETE "$URL/v1/files/$file")

# A line that breaks after two seconds; the upload goes on where it broke.
tus() {
  curl -sS --fail -D - -o /dev/null -H "authorization: $AUTHORIZATION" -H 'tus-resumable: 1.0.0' -H 'content-type: application/offset+octet-stream' "$@" | tr -d '\r'
}
heading() { sed -n "s/^$1: //ip"; }
size=$(wc -c < "$FLIGHTS" | tr -d ' ')
place=$URL$(tus -X POST "$URL/files/tus" -H "upload-length: $size" -H "upload-metadata: filename $(printf flights.parquet | base64)" | heading location)
broken=0
tus -X PATCH "$place" -H 'upload-offset: 0' --data-binary "@$FLIGHTS" --limit-rate 4M --max-time 2 > /dev/null 2>&1 || broken=$?
offset=$(tus --head "$place" | heading upload-offset)
flights=$(tail -c "+$((offset + 1))" "$FLIGHTS" | tus -X PATCH "$place" -H "upload-offset: $offset" --data-binary @- | heading tributary-file-id)

report=$(call "$URL/v1/runs" -d "{\"job\":\"monthly-delay-report\",\"input\":{\"flights\":\"$flights\"}}" | id)
until_state "$report" "RUNNING|$ended" > /dev/null
call -X DELETE "$URL/v1/runs/$report" > /dev/null
cancelled=$(until_state "$report" "$ended")
replayed=$(call -X POST "$URL/v1/runs/$report/replay" | id)
reported=$(until_state "$replayed" "$ended")
table=$(call "$URL/v1/runs/$replayed/files" | id)
curl -sS --fail "$URL$(call "$URL/v1/files/$table/download" | field downloadUrl)" > "$work/report.csv"

cat << JSON
{ "run": $imported,
  "airport": $(call "$URL/v1/airports?iata=ZZ9"),
  "log": $(call "$URL/v1/runs/$run/log"),
  "errors": $(call "$URL/v1/runs/$run/files"),
  "metric": $(call "$URL/v1/metrics/flight_delay?window=DAY"),
  "prediction": $(call "$URL/v1/inference-models/flight-delay/predictions" -d '[{"hour":8,"weekday":1,"month":3,"distance":405,"origin":"DEN","destination":"SLC"}]'),
  "bytes": "$bytes",
  "trashed": $trashed,
  "refused": $(curl -sS "$URL$link"),
  "restored": $(call -X POST "$URL/v1/files/$file/restore"),
  "upload": { "broken": $broken, "offset": $offset, "file": $(call "$URL/v1/files/$flights") },
  "cancelled": $cancelled,
  "report": $reported,
  "table": { "lines": $(wc -l < "$work/report.csv" | tr -d ' '), "chicago": "$(grep '2001-01-01,"ORD"' "$work/report.csv" | tr -d '"\r')" } }
JSON
